using FastSeq.Devices;

namespace FastSeq.Cuda;

/// <summary>A kernel that computes a recurrent layer over all its time steps, where the layer qualifies and fits.</summary>
sealed class LayerKernel
{
    const int CounterBytes = 128;

    readonly RunContext context;
    readonly CudaKernel kernel;
    readonly LayerPlan plan;
    readonly DevicePointer arrived, narrow;

    LayerKernel(RunContext context, CudaKernel kernel, LayerPlan plan, LayerProduct product)
    {
        this.context = context;
        this.kernel = kernel;
        this.plan = plan;
        arrived = context.Memory.AllocateIntegers(plan.RowBlocks(context.MaxBatch) * (CounterBytes / sizeof(int)));

        // Of two time steps in turn, two bytes a number.
        narrow = product.KeptNumbers == 0 ? default : context.Memory.AllocateIntegers((long)context.MaxBatch * product.KeptNumbers);
    }

    /// <summary>Whether a layer's time steps can be one launch at all: one product a time step, of h as it is.</summary>
    public static bool Qualifies(CellLayer layer) => layer.Stages.Length == 1 && layer.Projection < 0 && layer.RecurrentDropout is null;

    /// <summary>The kernel of a layer's forward; null where step by step is the way.</summary>
    public static LayerKernel? Forward(RunContext context, CellLayer layer) =>
        TryMake(context, layer, $"{layer.Kernel}_forward_layer", LayerProduct.Forward(layer.Units, layer.HiddenGates, context.ElementSize, PrecisionOf(context.Queue)));

    /// <summary>The kernel of a layer's backward; null where step by step is the way.</summary>
    public static LayerKernel? Backward(RunContext context, CellLayer layer) =>
        TryMake(context, layer, $"{layer.Kernel}_backward_layer", LayerProduct.Backward(layer.Units, layer.HiddenGates, context.ElementSize, PrecisionOf(context.Queue)));

    /// <summary>Starts it.</summary>
    /// <param name="level">How the rows lie.</param>
    /// <param name="weight">The recurrent weights.</param>
    /// <param name="rows">The fields of LayerRows from the tape on, in their order, but for the last.</param>
    public void Launch(LevelRows level, DevicePointer weight, in LayerPointers rows) => context.Queue.LaunchLayer(
        kernel,
        plan.Blocks(level.Packed.BatchSize(0)),
        LayerPlan.Threads,
        plan.SharedBytes,
        plan.UnitBlocks > 1,
        level.TimeSteps,
        level.Batch,
        level.Rows,
        context.Training ? 1 : 0,
        plan.UnitsOfBlock,
        plan.UnitBlocks,
        plan.RowsOfBlock,
        plan.RowsAtOnce,
        plan.InnerParts,
        level.Starts,
        arrived,
        weight,
        rows.Tape,
        rows.InputBias,
        rows.HiddenBias,
        rows.UnitParameter0,
        rows.UnitParameter1,
        rows.UnitParameter2,
        rows.H,
        rows.C,
        rows.HMasks,
        rows.CMasks,
        rows.DOutput,
        rows.DH,
        rows.DC,
        rows.DInput,
        rows.DHidden,
        rows.DUnit,
        narrow);

    static ProductPrecision PrecisionOf(CudaQueue queue) => queue.Device.LayerPrecisionFor(queue.ProductPrecision, queue.IsDouble);

    static LayerKernel? TryMake(RunContext context, CellLayer layer, string name, LayerProduct product)
    {
        CudaDevice device = context.Queue.Device;
        if (device.UsesLayerKernels == false || !Qualifies(layer)) return null;
        DeviceLimits limits = device.Limits;
        if (LayerPlan.Find(product, context.MaxBatch, limits) is not { } plan) return null;
        if (device.UsesLayerKernels is null && plan.Cycles > LayerPlan.CyclesOfSteps(product, context.MaxBatch, limits)) return null;
        CudaKernel kernel = context.Queue.Kernel(name);
        return context.Queue.Fits(kernel, LayerPlan.Threads, plan.SharedBytes, plan.UnitBlocks > 1 ? plan.Blocks(context.MaxBatch) : 1) ? new LayerKernel(context, kernel, plan, product) : null;
    }
}

/// <summary>What the kernels of a layer read and write, from the first time step on; nowhere for what it does not have.</summary>
readonly record struct LayerPointers(
    DevicePointer Tape,
    DevicePointer InputBias,
    DevicePointer HiddenBias,
    DevicePointer UnitParameter0,
    DevicePointer UnitParameter1,
    DevicePointer UnitParameter2,
    DevicePointer H,
    DevicePointer C,
    DevicePointer HMasks,
    DevicePointer CMasks,
    DevicePointer DOutput,
    DevicePointer DH,
    DevicePointer DC,
    DevicePointer DInput,
    DevicePointer DHidden,
    DevicePointer DUnit);
