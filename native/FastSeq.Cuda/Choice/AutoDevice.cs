using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using FastSeq.Tensors;

namespace FastSeq.Cuda;

/// <summary>
/// The first GPU where it is faster, else the processor; <see cref="CudaDevice.Auto"/> makes it. Which one that is is measured, once for each model, number of sequences and machine: a few steps on
/// both, of a model of the same shape and of made-up data, so that nothing of the caller's model, optimizer or dropout is touched. The outcome is kept in the user's folder for caches.
/// </summary>
/// <remarks>Where there is no GPU, or it does not compute the model, that is the processor.</remarks>
public sealed class AutoDevice : ISequenceDevice
{
    readonly DeviceWork work;
    readonly ConcurrentDictionary<string, DeviceTimes> known = new();

    internal AutoDevice(DeviceWork work) => this.work = work;

    /// <summary>The last choice; null before the first.</summary>
    public DeviceChoice? Choice { get; private set; }

    /// <inheritdoc/>
    public string Name => Choice is null ? "a GPU or the processor, whichever is faster" : Choice.Device?.Name ?? "the processor";

    /// <summary>For tests: the device in the place of the first GPU.</summary>
    internal ISequenceDevice? Device { get; init; }

    /// <summary>For tests: takes the time of a step, on the device or not, in seconds.</summary>
    internal Func<Action, bool, double> Clock { get; init; } = StepTimer.Seconds;

    /// <summary>Chooses for a model.</summary>
    /// <inheritdoc/>
    public ISequenceDevice? ChooseFor<TModel, T, TInput, TTarget>(int maxBatch, int maxTimeSteps, int threads, int maxTokens = int.MaxValue)
        where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        Choice = Choose<TModel, T, TInput, TTarget>(StepSize.Of(TModel.ModelInfo, work, maxBatch, maxTimeSteps, maxTokens), threads);
        return Choice.Device;
    }

    /// <summary>Not to be called: runs are made by what <see cref="ChooseFor{TModel, T, TInput, TTarget}"/> gives.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    SequenceRun<T, TInput, TTarget> ISequenceDevice.CreateRun<TModel, T, TInput, TTarget>(AlignedBuffer<T> parameters, AlignedBuffer<T> rest, int maxBatch, int maxTimeSteps, int maxTokens) =>
        throw new InvalidOperationException("This device only chooses: make the run on what its ChooseFor gives, as models that the compiler writes do.");

    DeviceChoice Choose<TModel, T, TInput, TTarget>(StepSize size, int threads)
        where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        if (Device is null && CudaDevice.Missing is { } missing) return new DeviceChoice(null, missing);
        ISequenceDevice device = Device ?? CudaDevice.Default;
        string key = DeviceTimes.KeyOf(TModel.ModelInfo, TModel.DeviceProgram, device, work, size, threads);
        if (known.TryGetValue(key, out DeviceTimes times) || DeviceTimes.TryRead(key, out times)) return ByTimes(device, size, times);
        try
        {
            times = StepTimer.Measure<TModel, T, TInput, TTarget>(device, work, size, threads, Clock);
        }
        catch (Exception exception) when (exception is NotSupportedException or CudaException)
        {
            return new DeviceChoice(null, exception.Message);
        }

        known[key] = times;
        times.Write(key);
        return ByTimes(device, size, times);
    }

    DeviceChoice ByTimes(ISequenceDevice device, StepSize size, DeviceTimes times)
    {
        string step = string.Create(CultureInfo.InvariantCulture, $"{(work == DeviceWork.Training ? "a training step" : "a prediction")} of {size.Batch:N0} x {size.TimeSteps:N0} takes");
        (string here, string there) = (Milliseconds(times.Processor), Milliseconds(times.Device));
        return times.Device < times.Processor
            ? new DeviceChoice(device, $"{step} {there} there and {here} on the processor")
            : new DeviceChoice(null, $"{step} {here} there and {there} on {device.Name}");
    }

    static string Milliseconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0.###} ms");
}
