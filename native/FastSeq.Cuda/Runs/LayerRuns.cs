using FastSeq.Devices;

namespace FastSeq.Cuda;

/// <summary>Makes the runs of layers.</summary>
static class LayerRuns
{
    /// <summary>Makes the run of a layer.</summary>
    /// <param name="context">What the layers share.</param>
    /// <param name="before">Those of the layers before it.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">The caller's inputs.</param>
    /// <exception cref="NotSupportedException">The layer is not computed on devices.</exception>
    public static LayerRun Create(RunContext context, LayerRun[] before, DeviceLayer layer, DevicePointer inputs) => layer switch
    {
        InputLayer input => new InputRun(context, input, inputs),
        EmbeddingLayer embedding => new EmbeddingRun(context, embedding, inputs),
        CellLayer cell => new CellRun(context, before, cell),
        LinearLayer linear => new LinearRun(context, before, linear),
        FunctionLayer function => new FunctionRun(context, before, function),
        LayerNormLayer normalisation => new LayerNormRun(context, before, normalisation),
        DropoutLayer dropout => new DropoutRun(context, before, dropout),
        LastStepLayer last => new LastStepRun(context, before, last),
        ReversalLayer reversal => new ReversalRun(context, before, reversal),
        MergeLayer merge => new MergeRun(context, before, merge),
        PoolingLayer pooling => new PoolingRun(context, before, pooling),
        WindowLayer window => new WindowRun(context, before, window),
        ColumnsLayer columns => new ColumnsRun(context, before, columns),
        NormalizedLayer normalised => new NormalizedRun(context, before, normalised),
        SkipLayer skip => new SkipRun(context, before, skip),
        _ => throw new NotSupportedException($"{context.Info.Name}: the layer {layer.Name} is not computed on CUDA devices yet. Make the run without a device."),
    };
}
