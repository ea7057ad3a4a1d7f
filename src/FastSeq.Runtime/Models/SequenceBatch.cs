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
{
    /// <summary>Some sequences whose targets have lengths of their own, for a model with <c>[Ctc]</c>.</summary>
    /// <param name="inputs">The time steps of all sequences.</param>
    /// <param name="lengths">The number of time steps of each sequence.</param>
    /// <param name="targets">The labels of all sequences, one after the other.</param>
    /// <param name="targetLengths">The number of labels of each sequence, from 0 to the most time steps that the run was created for.</param>
    public SequenceBatch(ReadOnlySpan<TInput> inputs, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> targets, ReadOnlySpan<int> targetLengths)
        : this(inputs, lengths, targets)
        => TargetLengths = targetLengths;

    /// <summary>The time steps of all sequences.</summary>
    public ReadOnlySpan<TInput> Inputs { get; } = inputs;

    /// <summary>The number of time steps of each sequence.</summary>
    public ReadOnlySpan<int> Lengths { get; } = lengths;

    /// <summary>The target rows (or labels) of all sequences.</summary>
    public ReadOnlySpan<TTarget> Targets { get; } = targets;

    /// <summary>The number of labels of each sequence; empty where targets are rows.</summary>
    public ReadOnlySpan<int> TargetLengths { get; }
}
