using FastSeq.Devices;

namespace FastSeq.Cuda;

/// <summary>The last time step of each sequence; zeros for an empty one.</summary>
sealed class LastStepRun : LayerRun
{
    readonly CudaKernel spread;

    public LastStepRun(RunContext context, LayerRun[] before, LastStepLayer layer)
        : base(context, before, layer)
    {
        Output = AllocateRows(layer.OutputSize);
        spread = Kernel("spread_rows");
    }

    public override DevicePointer Output { get; }

    public override void Forward() => Queue.Launch(spread, (long)RowCount * Width, RowCount, Width, 0, Level.LastRows, Source.Output, Output);

    public override void Backward()
    {
        if (Source.Learns)
        {
            Queue.Launch(spread, (long)Level.Rows * Width, Level.Rows, Width, Source.AddsToGradient() ? 1 : 0, Level.EndsOf, Gradient, Source.Gradient);
        }
    }
}

/// <summary>The rows of each sequence in the opposite order.</summary>
sealed class ReversalRun : LayerRun
{
    readonly CudaKernel spread;

    public ReversalRun(RunContext context, LayerRun[] before, ReversalLayer layer)
        : base(context, before, layer)
    {
        Output = AllocateRows(layer.OutputSize);
        spread = Kernel("spread_rows");
    }

    public override DevicePointer Output { get; }

    public override void Forward() => Reverse(Source.Output, Output, adds: false);

    public override void Backward()
    {
        if (Source.Learns)
        {
            Reverse(Gradient, Source.Gradient, Source.AddsToGradient());
        }
    }

    void Reverse(DevicePointer x, DevicePointer y, bool adds) =>
        Queue.Launch(spread, (long)RowCount * Width, RowCount, Width, adds ? 1 : 0, Level.ReversedRows, x, y);
}

/// <summary>The outputs of two cells, the second of which has read backwards, as one row.</summary>
sealed class MergeRun : LayerRun
{
    readonly MergeLayer layer;
    readonly LayerRun reverse;
    readonly CudaKernel forward, back;

    public MergeRun(RunContext context, LayerRun[] before, MergeLayer layer)
        : base(context, before, layer)
    {
        this.layer = layer;
        reverse = before[layer.Reverse];
        Output = AllocateRows(layer.OutputSize);
        forward = Kernel("merge_rows");
        back = Kernel("merge_back");
    }

    public override DevicePointer Output { get; }

    public override bool Learns => base.Learns || reverse.Learns;

    public override void Forward() => Queue.Launch(
        forward, (long)RowCount * Width, RowCount, Source.Width, reverse.Width, (int)layer.Merge, Level.ReversedRows, Source.Output, reverse.Output, Output);

    public override void Backward()
    {
        int size = Source.Width;
        if (Source.Learns)
        {
            Queue.Launch(
                back, (long)RowCount * size, RowCount, size, Width, 0, (int)layer.Merge, Source.AddsToGradient() ? 1 : 0, default(DevicePointer), Level.ReversedRows, reverse.Output, Gradient, Source.Gradient);
        }

        if (reverse.Learns)
        {
            Queue.Launch(
                back, (long)RowCount * size, RowCount, size, Width, layer.Merge == Merge.Concat ? size : 0, (int)layer.Merge, reverse.AddsToGradient() ? 1 : 0, Level.ReversedRows, default(DevicePointer), Source.Output, Gradient, reverse.Gradient);
        }
    }
}
