using FastSeq.Devices;

namespace FastSeq.Cuda;

/// <summary>The windows of a convolution, whole rows, so that the convolution is a product of as many rows as any other.</summary>
sealed class WindowRun : LayerRun
{
    readonly WindowLayer layer;
    readonly ConvolutionShape shape;
    readonly LevelRows read;
    readonly DevicePointer before;
    readonly BatchMemory zeros;
    readonly int[] zerosBefore;
    readonly CudaKernel begin, take, keep, spread;

    public WindowRun(RunContext context, LayerRun[] before, WindowLayer layer)
        : base(context, before, layer)
    {
        this.layer = layer;
        shape = new ConvolutionShape(layer.Taps, layer.Dilation, layer.Stride, layer.Padding, layer.PaddingSize);
        read = Source.Level;
        Output = AllocateRows(layer.OutputSize);
        this.before = layer.State is { } state ? context.Memory.Allocate(context.MaxBatch, state.Size) : default;
        zeros = context.Batches.AllocateIntegers(context.MaxBatch);
        zerosBefore = new int[context.MaxBatch];
        begin = Kernel("begin_states");
        take = Kernel("take_windows");
        keep = Kernel("keep_rows");
        spread = Kernel("spread_windows");
    }

    public override DevicePointer Output { get; }

    public override IEnumerable<CarriedState> States => layer.State is { } state ? [new(state.Place, state.Size, read, before, default, IsInPlace: true)] : [];

    int Size => Source.Width;

    /// <summary>The rows that a causal convolution keeps of a stream.</summary>
    int Kept => layer.State is null ? 0 : (layer.Taps - 1) * layer.Dilation;

    int StateSize => layer.State?.Size ?? 0;

    public override void Take()
    {
        for (int b = 0; b < read.Batch; b++)
        {
            zerosBefore[b] = shape.ZerosBefore(read.Packed.Lengths[b]);
        }

        Context.Batches.Upload<int>(zerosBefore.AsSpan(0, read.Batch), zeros);
    }

    public override void Forward()
    {
        if (layer.State is { } state && !Context.HasStates)
        {
            Queue.Launch(begin, (long)read.Batch * state.Size, read.Batch, state.Size, Context.At(Context.Rest, state.Place), before);
        }

        Queue.Launch(
            take, (long)RowCount * Width, RowCount, Size, layer.Taps, layer.Dilation, layer.Stride, Kept, StateSize, Level.Steps, Level.Sequences, zeros.Pointer, read.Lengths, read.Starts, before, Source.Output, Output);
        if (layer.State is not null)
        {
            Queue.Launch(keep, (long)read.Batch * Size, read.Batch, Size, layer.Stride, Kept, StateSize, Context.StatesAfter, read.Lengths, read.Starts, Source.Output, before);
        }
    }

    public override void Backward()
    {
        if (Source.Learns)
        {
            Queue.Launch(
                spread, (long)read.Rows * Size, read.Rows, Size, layer.Taps, layer.Dilation, layer.Stride, Source.AddsToGradient() ? 1 : 0, read.Steps, read.Sequences, zeros.Pointer, Level.Lengths, Level.Starts, Gradient, Source.Gradient);
        }
    }
}
