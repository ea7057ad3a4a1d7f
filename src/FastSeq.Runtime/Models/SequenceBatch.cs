namespace FastSeq;

/// <summary>Some sequences of any lengths with their targets, one after the other without padding.</summary>
/// <typeparam name="TInput">A number (features) or <see cref="int"/> (tokens).</typeparam>
/// <typeparam name="TTarget">A number (values) or <see cref="int"/> (class numbers).</typeparam>
/// <param name="inputs">The time steps of all sequences: as many numbers a step as the model has inputs, or one token a step.</param>
/// <param name="lengths">The number of time steps of each sequence; 0 is legal.</param>
/// <param name="targets">
/// One row a sequence for a model with <c>[LastStep]</c>, else one row a time step. A row is one class number, or as many numbers as the model has outputs.
/// </param>
public readonly ref struct SequenceBatch<TInput, TTarget>(ReadOnlySpan<TInput> inputs, ReadOnlySpan<int> lengths, ReadOnlySpan<TTarget> targets)
{
    /// <summary>The time steps of all sequences.</summary>
    public ReadOnlySpan<TInput> Inputs { get; } = inputs;

    /// <summary>The number of time steps of each sequence.</summary>
    public ReadOnlySpan<int> Lengths { get; } = lengths;

    /// <summary>The target rows of all sequences.</summary>
    public ReadOnlySpan<TTarget> Targets { get; } = targets;
}
