namespace FastSeq;

/// <summary>
/// Padded sequences with a mask, as Keras and NumPy keep them in one array. The time steps that count are copied once, one after the other: padding, wherever it stands, is neither trained on nor
/// computed, and changes no result.
/// </summary>
/// <typeparam name="TInput">The model's numbers (features) or <see cref="int"/> (tokens).</typeparam>
/// <typeparam name="TTarget">Numbers (values) or <see cref="int"/> (class numbers).</typeparam>
public sealed class PaddedDataset<TInput, TTarget> : SequenceDataset<TInput, TTarget>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    readonly TInput[] inputs;
    readonly TTarget[] targets;
    readonly int[] starts;
    readonly int inputSize, targetSize;
    readonly bool hasTargetPerStep;

    /// <summary>Takes the time steps that count out of padded sequences.</summary>
    /// <param name="padded">[N, T, <paramref name="inputSize"/>] numbers, or [N, T] tokens.</param>
    /// <param name="mask">[N, T]: true where a time step counts.</param>
    /// <param name="targets">A row of targets for each sequence, [N, any size], or for each time step, [N, T, any size]: <paramref name="perTimeStep"/> says which.</param>
    /// <param name="timeSteps">T.</param>
    /// <param name="inputSize">The numbers of one time step; 1 for tokens.</param>
    /// <param name="perTimeStep">Whether there is a row of targets for each time step; false for models with <c>[LastStep]</c> or pooling.</param>
    /// <exception cref="ArgumentException">A size is wrong.</exception>
    public PaddedDataset(ReadOnlySpan<TInput> padded, ReadOnlySpan<bool> mask, ReadOnlySpan<TTarget> targets, int timeSteps, int inputSize = 1, bool perTimeStep = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        if (mask.Length % timeSteps != 0) throw new ArgumentException($"The mask has {mask.Length} places, which are not whole sequences of {timeSteps} time steps.", nameof(mask));
        if (padded.Length != (long)mask.Length * inputSize)
            throw new ArgumentException($"There are {padded.Length} inputs, but a mask of {mask.Length} time steps of {inputSize}, which makes {(long)mask.Length * inputSize}.", nameof(padded));
        int rows = perTimeStep ? mask.Length : mask.Length / timeSteps;
        if (rows == 0 ? targets.Length > 0 : targets.Length % rows != 0)
            throw new ArgumentException($"There are {targets.Length} targets, which are not equally many for {rows} {(perTimeStep ? "time steps" : "sequences")}.", nameof(targets));
        this.inputSize = inputSize;
        targetSize = rows == 0 ? 0 : targets.Length / rows;
        hasTargetPerStep = perTimeStep;
        starts = new int[mask.Length / timeSteps + 1];
        for (int i = 0; i < Count; i++) starts[i + 1] = starts[i] + mask.Slice(i * timeSteps, timeSteps).Count(true);
        inputs = TakeOut(padded, mask, inputSize);
        this.targets = perTimeStep ? TakeOut(targets, mask, targetSize) : targets.ToArray();
    }

    /// <inheritdoc/>
    public override int Count => starts.Length - 1;

    /// <inheritdoc/>
    public override int LengthOf(int index) => starts[index + 1] - starts[index];

    /// <inheritdoc/>
    public override ReadOnlySpan<TInput> InputOf(int index) => inputs.AsSpan(starts[index] * inputSize, LengthOf(index) * inputSize);

    /// <inheritdoc/>
    public override ReadOnlySpan<TTarget> TargetOf(int index) => hasTargetPerStep
        ? targets.AsSpan(starts[index] * targetSize, LengthOf(index) * targetSize)
        : targets.AsSpan(index * targetSize, targetSize);

    TValue[] TakeOut<TValue>(ReadOnlySpan<TValue> rows, ReadOnlySpan<bool> mask, int size)
    {
        var taken = new TValue[starts[^1] * size];
        int count = 0;
        for (int row = 0; row < mask.Length; row++)
        {
            if (mask[row]) rows.Slice(row * size, size).CopyTo(taken.AsSpan(count++ * size));
        }

        return taken;
    }
}
