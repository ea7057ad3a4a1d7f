using FastSeq.Benchmarks.Workloads;
using static TorchSharp.torch;

namespace FastSeq.Benchmarks.Peers;

/// <summary>TorchSharp: whole sequences in inference mode.</summary>
sealed class TorchPredict : Contender
{
    readonly TorchNetwork _model;
    readonly Tensor _input;
    readonly bool _everyStep;
    readonly BatchData _data;

    public TorchPredict(Network network, NetworkWeights weights, BatchData data)
        : base("TorchSharp", 1)
    {
        _model = new TorchNetwork(network, weights);
        _model.eval();
        _data = data;
        _everyStep = !network.LastStepOnly;
        _input = InputTensor(network, data);
    }

    /// <summary>The batch as libtorch reads it: tokens [T, B] or features [T, B, InputSize].</summary>
    public static Tensor InputTensor(Network network, BatchData data) => network.TakesTokens
        ? tensor(Array.ConvertAll(data.TimeMajor(data.Tokens), token => (long)token), [data.TimeSteps, data.Batch])
        : tensor(data.TimeMajor(data.Features), [data.TimeSteps, data.Batch, network.InputSize]);

    public override void Prepare() => set_num_threads(1);

    public override void Run(int calls)
    {
        using var mode = inference_mode();
        for (int i = 0; i < calls; i++)
            _model.Forward(_input).Dispose();
    }

    public override float[] Check()
    {
        using var mode = inference_mode();
        using Tensor output = _model.Forward(_input);
        float[] values = output.data<float>().ToArray();
        return _everyStep ? _data.SequenceMajor(values) : values;
    }

    public override void Dispose()
    {
        _input.Dispose();
        _model.Dispose();
    }
}
