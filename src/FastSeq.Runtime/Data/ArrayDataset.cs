namespace FastSeq;

/// <summary>Sequences that lie in arrays, one array a sequence. The arrays are used as they are, not copied.</summary>
/// <typeparam name="TInput">The model's numbers (features) or <see cref="int"/> (tokens).</typeparam>
/// <typeparam name="TTarget">Numbers (values) or <see cref="int"/> (class numbers).</typeparam>
public sealed class ArrayDataset<TInput, TTarget> : SequenceDataset<TInput, TTarget>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    readonly TInput[][] inputs;
    readonly TTarget[][]? targetRows;
    readonly TTarget[]? targets;
    readonly int inputSize;

    /// <summary>Sequences with any number of targets each.</summary>
    /// <param name="inputs">The time steps of each sequence.</param>
    /// <param name="targets">The target rows of each sequence.</param>
    /// <param name="inputSize">The numbers of one time step; 1 for tokens.</param>
    public ArrayDataset(TInput[][] inputs, TTarget[][] targets, int inputSize = 1)
        : this(inputs, inputSize, targets?.Length ?? throw new ArgumentNullException(nameof(targets)))
    {
        targetRows = targets;
        int missing = Array.IndexOf(targets, null!);
        if (missing >= 0) throw new ArgumentException($"The targets of sequence {missing} are null.", nameof(targets));
    }

    /// <summary>Sequences with one number or class each.</summary>
    /// <param name="inputs">The time steps of each sequence.</param>
    /// <param name="targets">The target of each sequence.</param>
    /// <param name="inputSize">The numbers of one time step; 1 for tokens.</param>
    public ArrayDataset(TInput[][] inputs, TTarget[] targets, int inputSize = 1)
        : this(inputs, inputSize, targets?.Length ?? throw new ArgumentNullException(nameof(targets)))
        => this.targets = targets;

    ArrayDataset(TInput[][] inputs, int inputSize, int targetCount)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        if (inputs.Length != targetCount) throw new ArgumentException($"{inputs.Length} sequences, but targets for {targetCount}.", nameof(inputs));
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is null) throw new ArgumentException($"Sequence {i} is null.", nameof(inputs));
            if (inputs[i].Length % inputSize != 0)
                throw new ArgumentException($"Sequence {i} has {inputs[i].Length} numbers, which are not whole time steps of {inputSize}.", nameof(inputs));
        }

        this.inputs = inputs;
        this.inputSize = inputSize;
    }

    /// <inheritdoc/>
    public override int Count => inputs.Length;

    /// <inheritdoc/>
    public override int LengthOf(int index) => inputs[index].Length / inputSize;

    /// <inheritdoc/>
    public override ReadOnlySpan<TInput> InputOf(int index) => inputs[index];

    /// <inheritdoc/>
    public override ReadOnlySpan<TTarget> TargetOf(int index) => targetRows is null ? targets.AsSpan(index, 1) : targetRows[index];
}
