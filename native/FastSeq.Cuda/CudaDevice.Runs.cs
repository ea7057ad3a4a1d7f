using System.Numerics;
using FastSeq.Devices;
using FastSeq.Tensors;

namespace FastSeq.Cuda;

/// <content>The device as trainers and models see it.</content>
public sealed partial class CudaDevice : ISequenceDevice
{
    /// <summary>How exactly products of floats are computed by runs that are made from here on; those of doubles are always exact to the last bits.</summary>
    public ProductPrecision ProductPrecision { get; set; }

    /// <summary>
    /// Whether runs that are made from here on record the work of a batch when another one of the same lengths comes, and do it by one launch from then on. Results are the same bits; without it each kernel is launched.
    /// </summary>
    public bool RecordsSteps { get; set; } = true;

    /// <summary>
    /// Whether trainers whose runs are made from here on bring the next batch to the device while it computes the current one. Results are the same bits; without it each batch goes up in its turn, and the device
    /// has no second place for what goes up.
    /// </summary>
    public bool UploadsAhead { get; set; } = true;

    /// <summary>The first GPU where it is faster than the processor, else the processor: measured once for each model, number of sequences and machine.</summary>
    /// <param name="work">What it is to be faster at.</param>
    public static AutoDevice Auto(DeviceWork work = DeviceWork.Training) => new(work);

    /// <summary>The device itself.</summary>
    /// <inheritdoc/>
    public ISequenceDevice? ChooseFor<TModel, T, TInput, TTarget>(int maxBatch, int maxTimeSteps, int threads, int maxTokens = int.MaxValue)
        where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TInput : unmanaged
        where TTarget : unmanaged => this;

    /// <inheritdoc/>
    public SequenceRun<T, TInput, TTarget> CreateRun<TModel, T, TInput, TTarget>(AlignedBuffer<T> parameters, AlignedBuffer<T> rest, int maxBatch, int maxTimeSteps, int maxTokens = int.MaxValue)
        where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(rest);
        DeviceProgram program = TModel.DeviceProgram;
        bool isDouble = typeof(T) == typeof(double);

        // Read once: another thread may set it meanwhile, and kernels, plans and products have to be of one precision.
        ProductPrecision precision = ProductPrecision;
        CudaQueue queue = CreateQueue(KernelText.Of(program.Source, LayerPrecisionFor(precision, isDouble)), isDouble);
        queue.ProductPrecision = precision;
        try
        {
            return new CudaRun<T, TInput, TTarget>(queue, TModel.ModelInfo, program, parameters, rest, maxBatch, maxTimeSteps, maxTokens, RecordsSteps, UploadsAhead);
        }
        catch
        {
            queue.Dispose();
            throw;
        }
    }
}
