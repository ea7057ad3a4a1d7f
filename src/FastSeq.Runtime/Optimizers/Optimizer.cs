using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastSeq.Tensors;

namespace FastSeq;

/// <summary>
/// Moves the parameters of one model against their gradients, by PyTorch's formulas. Parameters, gradients and moments are flat spans, updated in one pass.
/// Every element is treated alone and in the same way wherever it lies, so the result does not depend on how the span is divided over threads.
/// </summary>
/// <remarks>An optimizer remembers moments from step to step: take a new one for every model.</remarks>
public abstract class Optimizer
{
    double learningRate;
    int length = -1;
    bool isDouble;
    object? owner;
    AlignedBuffer<float>[] singleMoments = [];
    AlignedBuffer<double>[] doubleMoments = [];

    private protected Optimizer(double learningRate, double weightDecay)
    {
        LearningRate = learningRate;
        ThrowIfNegativeOrNotFinite(weightDecay);
        WeightDecay = weightDecay;
    }

    /// <summary>The learning rate of the next step.</summary>
    public double LearningRate
    {
        get => learningRate;
        set
        {
            ThrowIfNegativeOrNotFinite(value);
            learningRate = value;
        }
    }

    /// <summary>How strongly parameters are pulled to zero.</summary>
    public double WeightDecay { get; }

    /// <summary>The number of steps taken.</summary>
    public long Steps { get; private set; }

    /// <summary>How many numbers the optimizer remembers for each parameter.</summary>
    private protected abstract int MomentCount { get; }

    /// <summary>One step.</summary>
    /// <param name="parameters">Moved.</param>
    /// <param name="gradients">The gradient of each parameter.</param>
    public void Step(Span<float> parameters, ReadOnlySpan<float> gradients) => StepAll(parameters, gradients);

    /// <inheritdoc cref="Step(Span{float}, ReadOnlySpan{float})"/>
    public void Step(Span<double> parameters, ReadOnlySpan<double> gradients) => StepAll(parameters, gradients);

    /// <summary>Forgets all moments and counts steps from zero.</summary>
    public void Reset()
    {
        Steps = 0;
        foreach (AlignedBuffer<float> moment in singleMoments) moment.Span.Clear();
        foreach (AlignedBuffer<double> moment in doubleMoments) moment.Span.Clear();
    }

    /// <summary>Reserves the optimizer for one trainer at a time.</summary>
    internal void Attach(object trainer)
    {
        if (owner is not null) throw new InvalidOperationException($"This {GetType().Name} already belongs to another trainer: take a new optimizer for every model.");
        owner = trainer;
    }

    /// <summary>Ends what <see cref="Attach"/> began.</summary>
    internal void Detach(object trainer)
    {
        if (owner == trainer) owner = null;
    }

    /// <summary>Allocates the moments for a buffer of parameters; later steps allocate nothing.</summary>
    internal void Prepare<T>(int parameterCount)
        where T : unmanaged
    {
        bool wantsDouble = typeof(T) == typeof(double);
        if (length == parameterCount && isDouble == wantsDouble) return;
        if (length >= 0)
            throw new InvalidOperationException($"This {GetType().Name} holds the moments of {length} {(isDouble ? "double" : "float")} parameters and cannot step {parameterCount} {typeof(T).Name} ones: take a new optimizer for every model.");
        length = parameterCount;
        isDouble = wantsDouble;
        if (wantsDouble) doubleMoments = Allocate<double>(parameterCount);
        else singleMoments = Allocate<float>(parameterCount);
    }

    /// <summary>Counts a step; then each range of the parameters is to be updated once.</summary>
    internal void BeginStep()
    {
        Steps++;
        SetCoefficients();
    }

    /// <summary>Updates one range of the parameters.</summary>
    /// <param name="parameters">All parameters.</param>
    /// <param name="gradients">All gradients.</param>
    /// <param name="start">The first element of the range.</param>
    /// <param name="count">The elements of the range.</param>
    /// <param name="gradientScale">Multiplies each gradient.</param>
    internal void Update<T>(Span<T> parameters, ReadOnlySpan<T> gradients, int start, int count, T gradientScale)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            Update(MemoryMarshal.Cast<T, float>(parameters.Slice(start, count)), MemoryMarshal.Cast<T, float>(gradients.Slice(start, count)), start, Unsafe.BitCast<T, float>(gradientScale));
        }
        else
        {
            Update(MemoryMarshal.Cast<T, double>(parameters.Slice(start, count)), MemoryMarshal.Cast<T, double>(gradients.Slice(start, count)), start, Unsafe.BitCast<T, double>(gradientScale));
        }
    }

    /// <summary>Computes what all elements of the step share.</summary>
    private protected virtual void SetCoefficients() { }

    /// <summary>Updates the parameters from <paramref name="start"/> on.</summary>
    private protected abstract void Update(Span<float> parameters, ReadOnlySpan<float> gradients, int start, float gradientScale);

    /// <inheritdoc cref="Update(Span{float}, ReadOnlySpan{float}, int, float)"/>
    private protected abstract void Update(Span<double> parameters, ReadOnlySpan<double> gradients, int start, double gradientScale);

    /// <summary>A range of one of the remembered numbers.</summary>
    private protected Span<T> Moment<T>(int index, int start, int count)
        where T : unmanaged
        => typeof(T) == typeof(float)
            ? MemoryMarshal.Cast<float, T>(singleMoments[index].Span.Slice(start, count))
            : MemoryMarshal.Cast<double, T>(doubleMoments[index].Span.Slice(start, count));

    private protected static void ThrowIfNegativeOrNotFinite(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!double.IsFinite(value) || value < 0) throw new ArgumentOutOfRangeException(name, value, "Must be a finite number of at least 0.");
    }

    private protected static void ThrowIfNotInUnitInterval(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!(value >= 0 && value < 1)) throw new ArgumentOutOfRangeException(name, value, "Must be at least 0 and below 1.");
    }

    void StepAll<T>(Span<T> parameters, ReadOnlySpan<T> gradients)
        where T : unmanaged, INumber<T>
    {
        if (parameters.Length != gradients.Length)
            throw new ArgumentException($"{parameters.Length} parameters, but {gradients.Length} gradients.", nameof(gradients));
        Prepare<T>(parameters.Length);
        BeginStep();
        Update(parameters, gradients, 0, parameters.Length, T.One);
    }

    AlignedBuffer<T>[] Allocate<T>(int count)
        where T : unmanaged
    {
        var moments = new AlignedBuffer<T>[MomentCount];
        for (int i = 0; i < moments.Length; i++) moments[i] = new AlignedBuffer<T>(count);
        return moments;
    }
}
