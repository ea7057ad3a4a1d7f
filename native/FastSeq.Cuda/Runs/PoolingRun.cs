using FastSeq.Devices;

namespace FastSeq.Cuda;

/// <summary>All time steps of each sequence as one row.</summary>
sealed class PoolingRun : LayerRun
{
    const int RowThreads = 128;

    readonly PoolingLayer layer;
    readonly DevicePointer state, scores;
    readonly CudaKernel begin, forward, back;
    readonly LevelRows rows;

    public PoolingRun(RunContext context, LayerRun[] before, PoolingLayer layer)
        : base(context, before, layer)
    {
        this.layer = layer;
        rows = Level;
        string name = layer.Kind switch { DevicePooling.Mean => "pool_mean", DevicePooling.Maximum => "pool_maximum", _ => "pool_attention" };
        begin = Kernel("begin_states");
        forward = Kernel(name);
        back = Kernel(name + "_back");
        Output = AllocateRows(layer.OutputSize);
        state = AllocateRows(layer.State.Size);
        scores = IsAttention ? context.Memory.Allocate(rows.Packed.MaxRows, 1) : default;
    }

    public override DevicePointer Output { get; }

    public override bool Learns => (IsAttention && !layer.IsFrozen) || base.Learns;

    public override IEnumerable<CarriedState> States => [new(layer.State.Place, layer.State.Size, Level, state, default, IsInPlace: true)];

    bool IsAttention => layer.Kind == DevicePooling.Attention;

    public override void Forward()
    {
        if (!Context.HasStates)
        {
            Queue.Launch(begin, (long)RowCount * layer.State.Size, RowCount, layer.State.Size, Context.At(Context.Rest, layer.State.Place), state);
        }

        if (IsAttention)
        {
            Queue.LaunchRows(forward, RowCount, RowThreads, RowCount, Width, rows.Lengths, rows.Starts, Context.Parameter(layer.Query), Source.Output, scores, state, Output);
        }
        else
        {
            Queue.LaunchRows(forward, RowCount, RowThreads, RowCount, Width, rows.Lengths, rows.Starts, Source.Output, state, Output);
        }
    }

    public override void Backward()
    {
        int adds = Source.Learns && Source.AddsToGradient() ? 1 : 0;
        if (!IsAttention)
        {
            Queue.Launch(back, (long)RowCount * Width, RowCount, Width, adds, rows.Lengths, rows.Starts, Source.Output, state, Output, Gradient, Source.Gradient);
            return;
        }

        Queue.LaunchRows(back, RowCount, RowThreads, RowCount, Width, adds, rows.Lengths, rows.Starts, Context.Parameter(layer.Query), Source.Output, scores, state, Output, Gradient, Source.Gradient);
        if (!layer.IsFrozen && rows.Rows > 0)
        {
            Queue.Multiply(1, Width, rows.Rows, scores, rows.Rows, false, Source.Output, Width, false, 0, Context.Gradient(layer.Query), Width);
        }
    }
}
