namespace FastSeq;

/// <summary>Sequences of any lengths with their targets. Derive from it to bring data of your own; reading must always give the same answer.</summary>
/// <typeparam name="TInput">What a time step consists of: the model's numbers (features) or <see cref="int"/> (tokens).</typeparam>
/// <typeparam name="TTarget">What the model learns: numbers (values) or <see cref="int"/> (class numbers).</typeparam>
public abstract class SequenceDataset<TInput, TTarget> : SequenceDataset
    where TInput : unmanaged
    where TTarget : unmanaged
{
    internal sealed override Type InputType => typeof(TInput);

    internal sealed override Type TargetType => typeof(TTarget);

    /// <summary>The time steps of one sequence: as many numbers a step as the model has inputs, or one token a step.</summary>
    /// <param name="index">Which sequence, from 0.</param>
    public abstract ReadOnlySpan<TInput> InputOf(int index);

    /// <summary>
    /// The target rows of one sequence: one row for a model with <c>[LastStep]</c>, else one a time step.
    /// A row is one class number, or as many numbers as the model has outputs (with <c>[Quantile]</c>: targets). For a model with <c>[Ctc]</c> the labels, as many as there are.
    /// </summary>
    /// <param name="index">Which sequence, from 0.</param>
    public abstract ReadOnlySpan<TTarget> TargetOf(int index);

    /// <summary>Some of the sequences, one after the other; nothing is copied.</summary>
    /// <param name="start">The first.</param>
    /// <param name="count">How many.</param>
    public SequenceDataset<TInput, TTarget> Slice(int start, int count)
    {
        if (start < 0 || count < 0 || start > Count - count)
            throw new ArgumentOutOfRangeException(nameof(start), $"Sequences {start} to {(long)start + count - 1} of a dataset of {Count}.");
        var indices = new int[count];
        for (int i = 0; i < count; i++) indices[i] = start + i;
        return new DatasetSelection<TInput, TTarget>(this, indices);
    }

    /// <summary>Divides the sequences by lot into two datasets; nothing is copied.</summary>
    /// <param name="share">The share of the first one, from 0 to 1.</param>
    /// <param name="seed">The same seed draws the same lots.</param>
    public (SequenceDataset<TInput, TTarget> First, SequenceDataset<TInput, TTarget> Second) Split(double share, ulong seed)
    {
        if (!(share >= 0 && share <= 1)) throw new ArgumentOutOfRangeException(nameof(share), share, "Must be from 0 to 1.");
        var indices = new int[Count];
        for (int i = 0; i < indices.Length; i++) indices[i] = i;
        new SplitMix64(seed).Shuffle(indices);
        int first = (int)Math.Round(share * Count);
        return (new DatasetSelection<TInput, TTarget>(this, indices[..first]), new DatasetSelection<TInput, TTarget>(this, indices[first..]));
    }
}
