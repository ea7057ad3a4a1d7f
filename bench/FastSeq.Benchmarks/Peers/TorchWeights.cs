using FastSeq.Benchmarks.Workloads;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FastSeq.Benchmarks.Peers;

static class TorchWeights
{
    /// <summary>Copies into every parameter of a module the tensor found under the parameter's name.</summary>
    public static void Copy(nn.Module module, Func<string, NamedTensor> find)
    {
        foreach ((string name, Parameter parameter) in module.named_parameters())
        {
            NamedTensor weights = find(name);
            using Tensor values = tensor(weights.Values, [.. weights.Shape.Select(size => (long)size)]);
            parameter.copy_(values);
        }
    }
}
