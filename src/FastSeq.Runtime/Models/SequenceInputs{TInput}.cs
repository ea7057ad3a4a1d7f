namespace FastSeq;

/// <summary>Sequences of different lengths, in one of the ways of <see cref="SequenceInputs"/>.</summary>
/// <typeparam name="TInput">A number (features) or <see cref="int"/> (tokens).</typeparam>
public readonly ref struct SequenceInputs<TInput>
    where TInput : unmanaged
{
    internal SequenceInputs(SequenceLayout layout, ReadOnlySpan<TInput> values, ReadOnlySpan<int> counts, int batch)
    {
        Layout = layout;
        Values = values;
        Counts = counts;
        Batch = batch;
    }

    /// <summary>How they lie in memory.</summary>
    internal SequenceLayout Layout { get; }

    /// <summary>The time steps.</summary>
    internal ReadOnlySpan<TInput> Values { get; }

    /// <summary>The time steps of each sequence; or, where they are packed, the sequences of each time step.</summary>
    internal ReadOnlySpan<int> Counts { get; }

    /// <summary>The sequences.</summary>
    internal int Batch { get; }

    /// <summary>Which time steps count, where there is a mask.</summary>
    internal ReadOnlySpan<bool> Mask { get; init; }

    /// <summary>The caller's places of packed sequences; empty where they are in order.</summary>
    internal ReadOnlySpan<int> SortedIndices { get; init; }

    /// <summary>The time steps of a row of padded sequences.</summary>
    /// <param name="inputSize">The numbers of a time step.</param>
    internal int PaddedSteps(int inputSize)
    {
        if (Batch < 0)
        {
            throw new ArgumentException($"A batch of {Batch} sequences; it must be 0 or more.", "batch");
        }

        if (Layout == SequenceLayout.Masked)
        {
            if (Batch == 0 ? Mask.Length > 0 : Mask.Length % Batch != 0)
            {
                throw new ArgumentException($"The mask has {Mask.Length} places, which are not whole rows of {Batch} sequences.", "mask");
            }

            if (Values.Length != (long)Mask.Length * inputSize)
            {
                throw new ArgumentException($"There are {Values.Length} inputs, but a mask of {Mask.Length} time steps of {inputSize}, which makes {(long)Mask.Length * inputSize}.", "padded");
            }

            return Batch == 0 ? 0 : Mask.Length / Batch;
        }

        if (Batch == 0 ? Values.Length > 0 : Values.Length % ((long)Batch * inputSize) != 0)
        {
            throw new ArgumentException($"There are {Values.Length} inputs, which are not equally many time steps of {inputSize} for {Batch} sequences.", "padded");
        }

        return Batch == 0 ? 0 : Values.Length / (Batch * inputSize);
    }
}
