namespace FastSeq;

/// <content>The same sequences with the time steps that a convolution gives them.</content>
internal sealed partial class PackedSequences
{
    /// <summary>Takes on the sequences of the layers above a convolution, as they are below it: in the same order (a longer sequence never has fewer outputs), in the same parts.</summary>
    /// <param name="above">The sequences as the convolution reads them.</param>
    /// <param name="convolution">How many outputs it gives.</param>
    /// <param name="parts">Into how many parts they are cut.</param>
    /// <remarks>
    /// For the caller the outputs lie as the inputs do: one after the other, padded, or packed. Those of a batch with a mask are padded behind: which inputs belong to an output no mask could say.
    /// </remarks>
    public void Follow(PackedSequences above, ConvolutionShape convolution, int parts)
    {
        Batch = above.Batch;
        Rows = 0;
        layout = above.layout == SequenceLayout.Masked ? SequenceLayout.Padded : above.layout;
        above.Order.CopyTo(order);
        for (int b = 0; b < Batch; b++)
        {
            lengths[b] = convolution.OutputSteps(above.lengths[b]);
            unsortedLengths[order[b]] = lengths[b];
            Rows += lengths[b];
        }

        bool hasPadding = layout == SequenceLayout.Padded;
        callerSteps = hasPadding ? convolution.OutputSteps(above.callerSteps) : 0;
        CallerRows = hasPadding ? callerSteps * Batch : Rows;
        FindSources(unsortedLengths.AsSpan(0, Batch), hasPadding ? callerSteps : 0);
        FindRows(byBundle: false);
        above.firstOfPart.AsSpan(0, parts + 1).CopyTo(firstOfPart);
        CountRows(parts);
    }
}
