namespace FastSeq;

/// <summary>The ways in which sequences of different lengths may lie in memory. Outputs, and targets of time steps, lie like the inputs.</summary>
/// <remarks>
/// Whatever the way, a run takes out the time steps that count before it computes, so that padding never changes a result: a sequence has the bits that it has alone. A sequence may have no
/// time steps.
/// </remarks>
public static class SequenceInputs
{
    /// <summary>Sequences one after the other, without padding.</summary>
    /// <param name="sequences">[sum of T × InputSize] numbers, or [sum of T] tokens.</param>
    /// <param name="lengths">The time steps of each, 0 or more.</param>
    public static SequenceInputs<TInput> Ragged<TInput>(ReadOnlySpan<TInput> sequences, ReadOnlySpan<int> lengths)
        where TInput : unmanaged
        => new(SequenceLayout.Ragged, sequences, lengths, lengths.Length);

    /// <summary>Padded sequences, of which each has the first time steps of its row. Outputs behind them are zeros.</summary>
    /// <param name="padded">[B, T, InputSize] numbers, or [B, T] tokens.</param>
    /// <param name="lengths">The time steps of each sequence, 0 to T.</param>
    public static SequenceInputs<TInput> Padded<TInput>(ReadOnlySpan<TInput> padded, ReadOnlySpan<int> lengths)
        where TInput : unmanaged
        => new(SequenceLayout.Padded, padded, lengths, lengths.Length);

    /// <summary>
    /// Padded sequences with a mask. A time step whose mask is false is skipped, wherever it stands: it is never read, the states go on from the time step before it, and its outputs are zeros
    /// (Keras's <c>zero_output_for_mask=True</c>; PyTorch's <c>pad_packed_sequence</c>).
    /// </summary>
    /// <param name="padded">[B, T, InputSize] numbers, or [B, T] tokens.</param>
    /// <param name="mask">[B, T]: true where a time step counts, as in Keras (in PyTorch's <c>key_padding_mask</c> true means that it does not).</param>
    /// <param name="batch">B: the sequences.</param>
    public static SequenceInputs<TInput> Masked<TInput>(ReadOnlySpan<TInput> padded, ReadOnlySpan<bool> mask, int batch)
        where TInput : unmanaged
        => new(SequenceLayout.Masked, padded, default, batch) { Mask = mask };

    /// <summary>Packed sequences: the fields of PyTorch's <c>PackedSequence</c>. Most runs keep them in this way, so that nothing is brought into another order.</summary>
    /// <param name="data">[sum of T × InputSize] numbers, or [sum of T] tokens: time step by time step, at each of them the sequences that still go on, longest first.</param>
    /// <param name="batchSizes">The sequences that go on at each time step: 1 or more, never more than at the time step before.</param>
    /// <param name="sortedIndices">
    /// Where each sequence, longest first, stands in the order of states, of outputs with <c>[LastStep]</c> and of their targets; by default they are longest first, too. Outputs of time steps are packed like the inputs.
    /// </param>
    public static SequenceInputs<TInput> Packed<TInput>(ReadOnlySpan<TInput> data, ReadOnlySpan<int> batchSizes, ReadOnlySpan<int> sortedIndices = default)
        where TInput : unmanaged
        => new(SequenceLayout.Packed, data, batchSizes, batchSizes.IsEmpty ? 0 : batchSizes[0]) { SortedIndices = sortedIndices };
}
