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
public abstract partial class Optimizer
{
    double learningRate;
    int length = -1;
    bool isDouble;
    object? owner;
    UpdateRange[]? ranges;
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

    /// <summary>
    /// Whether weight decay pulls parameters of one size, too: biases, the weights of normalisations, peepholes, learned initial states. The default is true, as in PyTorch;
    /// false is PyTorch's two parameter groups, of which the one with the vectors has <c>weight_decay=0</c>.
    /// </summary>
    /// <remarks>Which parameter lies where is known to a trainer and to <c>run.Update</c>; <see cref="Step(Span{float}, ReadOnlySpan{float})"/> alone sees flat numbers and refuses.</remarks>
    public bool DecaysVectors { get; init; } = true;

    /// <summary>The names of parameters that weight decay leaves alone, such as <c>embedding.weight</c>. The default is none. Known where <see cref="DecaysVectors"/> is.</summary>
    public IReadOnlyList<string> WithoutDecay { get; init; } = [];

    /// <summary>The number of steps taken.</summary>
    public long Steps { get; private set; }

    /// <summary>How many numbers the optimizer remembers for each parameter.</summary>
    private protected abstract int MomentCount { get; }

    /// <summary>One step.</summary>
    /// <param name="parameters">Moved.</param>
    /// <param name="gradients">The gradient of each parameter.</param>
    /// <remarks>
    /// It sees numbers, not layers: where a trainer or a <c>run.Update</c> has not shown this optimizer its model before, every number is moved and decays, those of frozen layers, too.
    /// </remarks>
    /// <exception cref="InvalidOperationException">Some parameters are to be left out of the decay, and the optimizer has not seen the model.</exception>
    public void Step(Span<float> parameters, ReadOnlySpan<float> gradients) => StepAll(parameters, gradients);

    /// <inheritdoc cref="Step(Span{float}, ReadOnlySpan{float})"/>
    public void Step(Span<double> parameters, ReadOnlySpan<double> gradients) => StepAll(parameters, gradients);

    /// <summary>Forgets all moments and counts steps from zero.</summary>
    public void Reset()
    {
        Steps = 0;
        ForgetHolder();
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

    /// <summary>Allocates the moments for a buffer of parameters, or brings them back from whoever has them; later steps allocate nothing.</summary>
    internal void Prepare<T>(int parameterCount)
        where T : unmanaged
    {
        TakeMomentsBack();
        bool wantsDouble = typeof(T) == typeof(double);
        if (length == parameterCount && isDouble == wantsDouble) return;
        if (length >= 0)
            throw new InvalidOperationException($"This {GetType().Name} holds the moments of {length} {(isDouble ? "double" : "float")} parameters and cannot step {parameterCount} {typeof(T).Name} ones: take a new optimizer for every model.");
        length = parameterCount;
        isDouble = wantsDouble;
        if (wantsDouble) doubleMoments = Allocate<double>(parameterCount);
        else singleMoments = Allocate<float>(parameterCount);
    }

    /// <summary>The model whose ranges <see cref="Divide"/> gave.</summary>
    internal object? DividedFor { get; private set; }

    /// <summary>Tells which numbers of a model are moved, and which of these decay.</summary>
    /// <param name="model">The model.</param>
    /// <param name="moved">The numbers that are moved, in ascending order; null for all, with decay.</param>
    internal void Divide(object model, UpdateRange[]? moved)
    {
        DividedFor = model;
        ranges = moved;
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
        if (ranges is null)
        {
            Update(parameters, gradients, start, count, gradientScale, decays: true);
            return;
        }

        int end = start + count;
        for (int i = UpdateRange.FirstEndingAfter(ranges, start); i < ranges.Length && ranges[i].Start < end; i++)
        {
            int from = Math.Max(start, ranges[i].Start);
            Update(parameters, gradients, from, Math.Min(end, ranges[i].End) - from, gradientScale, ranges[i].Decays);
        }
    }

    void Update<T>(Span<T> parameters, ReadOnlySpan<T> gradients, int start, int count, T gradientScale, bool decays)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            Update(MemoryMarshal.Cast<T, float>(parameters.Slice(start, count)), MemoryMarshal.Cast<T, float>(gradients.Slice(start, count)), start, Unsafe.BitCast<T, float>(gradientScale), decays);
        }
        else
        {
            Update(MemoryMarshal.Cast<T, double>(parameters.Slice(start, count)), MemoryMarshal.Cast<T, double>(gradients.Slice(start, count)), start, Unsafe.BitCast<T, double>(gradientScale), decays);
        }
    }

    /// <summary>Computes what all elements of the step share.</summary>
    private protected virtual void SetCoefficients() { }

    /// <summary>Updates the parameters from <paramref name="start"/> on, with weight decay or without.</summary>
    private protected abstract void Update(Span<float> parameters, ReadOnlySpan<float> gradients, int start, float gradientScale, bool decays);

    /// <inheritdoc cref="Update(Span{float}, ReadOnlySpan{float}, int, float, bool)"/>
    private protected abstract void Update(Span<double> parameters, ReadOnlySpan<double> gradients, int start, double gradientScale, bool decays);

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
        if (DividedFor is null && (!DecaysVectors || WithoutDecay.Count > 0))
            throw new InvalidOperationException($"This {GetType().Name} leaves parameters out of its weight decay, but has not seen which parameters there are: step by run.Update(optimizer) or a Trainer, which know the model.");
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
