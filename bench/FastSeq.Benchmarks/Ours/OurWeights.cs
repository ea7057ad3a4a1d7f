using FastSeq.Benchmarks.Workloads;

namespace FastSeq.Benchmarks.Ours;

static class OurWeights
{
    /// <summary>Copies tensors of PyTorch's names and shapes into a model's flat buffer.</summary>
    public static void Copy(ModelInfo info, NetworkWeights weights, Span<float> flat)
    {
        foreach (ParameterInfo parameter in info.Parameters)
            parameter.CopyFrom(weights[parameter.Name].Values, flat);
    }

    /// <summary>A model of ours with the weights of a workload.</summary>
    public static TModel NewModel<TModel, TInput, TTarget>(NetworkWeights weights)
        where TModel : class, ISequenceModel<TModel, float, TInput, TTarget>
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        TModel model = TModel.Create(seed: 1);
        Copy(model.Info, weights, model.Parameters);
        return model;
    }

    /// <summary>A model of ours that packs the weights of a workload.</summary>
    public static TModel NewQuantized<TModel, TInput>(NetworkWeights weights)
        where TModel : class, IQuantizedModel<TModel, TInput>
        where TInput : unmanaged
    {
        var flat = new float[TModel.ModelInfo.BufferLength];
        Copy(TModel.ModelInfo, weights, flat);
        return TModel.FromParameters(flat);
    }
}
