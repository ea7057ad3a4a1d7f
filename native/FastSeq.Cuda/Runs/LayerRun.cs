using FastSeq.Devices;

namespace FastSeq.Cuda;

/// <summary>One layer of a run: its rows, the gradients by them, and the work of forward and backward.</summary>
abstract class LayerRun
{
    bool hasGradient;

    protected LayerRun(RunContext context, LayerRun[] before, DeviceLayer layer)
    {
        Context = context;
        Layer = layer;
        Source = before.Length > 0 ? before[layer.Source] : null!;
        Level = context.Levels[layer.Level];
        MaxRowCount = layer.PerSequence ? context.MaxBatch : Level.Packed.MaxRows;
    }

    /// <summary>The first output row.</summary>
    public abstract DevicePointer Output { get; }

    /// <summary>The gradients by the output rows; nowhere where nothing below learns.</summary>
    public DevicePointer Gradient { get; private set; }

    /// <summary>The numbers of an output row.</summary>
    public int Width => Layer.OutputSize;

    /// <summary>The rows of the current batch.</summary>
    public int RowCount => Layer.PerSequence ? Level.Batch : Level.Rows;

    /// <summary>Whether anything at or below this layer learns.</summary>
    public virtual bool Learns => Source is not null && Source.Learns;

    /// <summary>The most rows of a batch.</summary>
    protected int MaxRowCount { get; }

    protected RunContext Context { get; }

    protected CudaQueue Queue => Context.Queue;

    protected DeviceLayer Layer { get; }

    /// <summary>How its rows of time steps lie.</summary>
    public LevelRows Level { get; }

    /// <summary>The layer whose rows it reads.</summary>
    protected LayerRun Source { get; }

    /// <summary>Brings to the device what it alone needs to know about a batch; <see cref="Forward"/> and <see cref="Backward"/> only launch, so that they can be recorded.</summary>
    public virtual void Take()
    {
    }

    /// <summary>Computes the output rows.</summary>
    public abstract void Forward();

    /// <summary>Computes the gradients by the rows and the parameters that it read.</summary>
    public virtual void Backward()
    {
    }

    /// <summary>What it carries from one time step to the next.</summary>
    public virtual IEnumerable<CarriedState> States => [];

    /// <summary>Takes the memory of the gradients by the output rows.</summary>
    public void AllocateGradient()
    {
        if (Learns)
        {
            Gradient = Context.Memory.Allocate(MaxRowCount, Width);
        }
    }

    /// <summary>Backward begins: nobody has written the gradient yet.</summary>
    public void ForgetGradient() => hasGradient = false;

    /// <summary>Who writes the gradient first overwrites, who comes later adds.</summary>
    /// <returns>Whether to add.</returns>
    public bool AddsToGradient()
    {
        bool adds = hasGradient;
        hasGradient = true;
        return adds;
    }

    /// <summary>Memory for the output rows.</summary>
    protected DevicePointer AllocateRows(long columns) => Context.Memory.Allocate(MaxRowCount, columns);

    protected CudaKernel Kernel(string name) => Queue.Kernel(name);
}
