using FastSeq.Devices;

namespace FastSeq.Cuda;

/// <summary>A row of a table for each token.</summary>
sealed class EmbeddingRun : LayerRun
{
    readonly EmbeddingLayer layer;
    readonly DevicePointer tokens;
    readonly CudaKernel gather;
    readonly TokenRows rows;

    public EmbeddingRun(RunContext context, EmbeddingLayer layer, DevicePointer tokens)
        : base(context, [], layer)
    {
        this.layer = layer;
        this.tokens = tokens;
        Output = AllocateRows(layer.OutputSize);
        gather = Kernel("embedding_rows");
        rows = new TokenRows(context, context.Info.Vocabulary, MaxRowCount);
    }

    public override DevicePointer Output { get; }

    public override bool Learns => !layer.IsFrozen;

    bool Drops => layer.Mask is not null && Context.Training;

    MaskArguments Mask => Context.MaskOf(layer.Mask ?? default);

    /// <summary>Takes on the tokens of a batch.</summary>
    public void Take(ReadOnlySpan<int> batch) => rows.Take(batch);

    public override void Forward()
    {
        MaskArguments mask = Mask;
        Queue.Launch(
            gather, (long)RowCount * Width, RowCount, Width, tokens, Context.Parameter(layer.Table), Output, Drops ? 1 : 0, mask.Seed, mask.Stream, mask.Step, mask.Threshold, mask.Scale);
    }

    /// <summary>A tied table has the gradient of the linear layer in it already: it is added to.</summary>
    public override void Backward() => rows.AddGradient(Width, Gradient, 0, Width, Context.Gradient(layer.Table), Drops, Mask);
}
