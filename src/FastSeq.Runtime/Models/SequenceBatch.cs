namespace FastSeq;

/// <summary>Some sequences of any lengths with their targets, one after the other without padding.</summary>
/// <typeparam name="TInput">A number (features) or <see cref="int"/> (tokens).</typeparam>
/// <typeparam name="TTarget">A number (values) or <see cref="int"/> (class numbers).</typeparam>
/// <param name="inputs">The time steps of all sequences: as many numbers a step as the model has inputs, or one token a step.</param>
/// <param name="lengths">The number of time steps of each sequence; 0 is legal.</param>
/// <param name="targets">
/// One row a sequence for a model with <c>[LastStep]</c>, else one row a time step. A row is one class number, or as many numbers as the model has outputs
/// (with <c>[Quantile]</c>: targets).
/// </param>
public readonly ref struct SequenceBatch<TInput, TTarget>(ReadOnlySpan<TInput> inputs, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> targets)
    where TInput : unmanaged
{
    /// <summary>Some sequences whose targets have lengths of their own, for a model with <c>[Ctc]</c>.</summary>
    /// <param name="inputs">The time steps of all sequences.</param>
    /// <param name="lengths">The number of time steps of each sequence.</param>
    /// <param name="targets">The labels of all sequences, one after the other.</param>
    /// <param name="targetLengths">The number of labels of each sequence, from 0 to the most time steps that the run was created for.</param>
    public SequenceBatch(ReadOnlySpan<TInput> inputs, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> targets, ReadOnlySpan<int> targetLengths)
        : this(inputs, lengths, targets)
        => TargetLengths = targetLengths;

    /// <summary>Some sequences that lie in memory in another way: padded with lengths or with a mask, or packed.</summary>
    /// <param name="inputs">The sequences, by a method of <see cref="SequenceInputs"/>.</param>
    /// <param name="targets">One row a sequence for a model with <c>[LastStep]</c>, else one for each time step of the inputs, in the same places; what stands at padding is never read.</param>
    public SequenceBatch(SequenceInputs<TInput> inputs, ReadOnlySpan<TTarget> targets)
        : this(inputs.Values, default, targets)
        => Layout = inputs;

    /// <summary>The same for a model with <c>[Ctc]</c>.</summary>
    /// <param name="inputs">The sequences, by a method of <see cref="SequenceInputs"/>.</param>
    /// <param name="targets">The labels of all sequences, one after the other.</param>
    /// <param name="targetLengths">The number of labels of each sequence.</param>
    public SequenceBatch(SequenceInputs<TInput> inputs, ReadOnlySpan<TTarget> targets, ReadOnlySpan<int> targetLengths)
        : this(inputs, targets)
        => TargetLengths = targetLengths;

    /// <summary>The sequences.</summary>
    internal SequenceInputs<TInput> Layout { get; } = SequenceInputs.Ragged(inputs, lengths);

    /// <summary>The time steps of all sequences.</summary>
    public ReadOnlySpan<TInput> Inputs => Layout.Values;

    /// <summary>The number of time steps of each sequence; empty where a mask or packing says it.</summary>
    public ReadOnlySpan<int> Lengths => Layout.Layout is SequenceLayout.Ragged or SequenceLayout.Padded ? Layout.Counts : [];

    /// <summary>The target rows (or labels) of all sequences.</summary>
    public ReadOnlySpan<TTarget> Targets { get; } = targets;

    /// <summary>The number of labels of each sequence; empty where targets are rows.</summary>
    public ReadOnlySpan<int> TargetLengths { get; }
}
