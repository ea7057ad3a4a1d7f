namespace FastSeq;

/// <content>Taking on a batch, however it lies in the caller's memory.</content>
internal sealed partial class PackedSequences
{
    private readonly int[] unsortedLengths = new int[maxBatch];

    /// <summary>Where each row lies in the caller's memory, counted in time steps; only of a batch with a mask.</summary>
    private readonly int[] places = new int[maxRows];
    private SequenceLayout layout;

    /// <summary>The time steps for which the caller's memory has room, of each sequence; only of a batch with padding.</summary>
    private int callerSteps;

    /// <summary>The time steps for which the caller's memory has room, padding among them.</summary>
    public int CallerRows { get; private set; }

    /// <summary>Whether there are time steps in the caller's memory that do not count.</summary>
    public bool HasPadding => CallerRows > Rows;

    /// <summary>Takes on a batch.</summary>
    /// <param name="inputs">How it lies in the caller's memory.</param>
    /// <param name="inputSize">The numbers of a time step.</param>
    /// <param name="byBundle">Whether the sequences lie bundle by bundle.</param>
    public void Take<TInput>(SequenceInputs<TInput> inputs, int inputSize, bool byBundle = false)
        where TInput : unmanaged
    {
        layout = inputs.Layout;
        if (inputs.Batch > maxBatch)
        {
            throw new ArgumentException($"The batch has {inputs.Batch} sequences; this run was created for at most {maxBatch}.", nameof(inputs));
        }

        switch (layout)
        {
            case SequenceLayout.Ragged:
                Pack(inputs.Counts, stride: 0, byBundle);
                CallerRows = Rows;
                break;
            case SequenceLayout.Padded:
                callerSteps = inputs.PaddedSteps(inputSize);
                CheckPadded(inputs.Counts, callerSteps);
                Pack(inputs.Counts, callerSteps, byBundle);
                CallerRows = callerSteps * Batch;
                break;
            case SequenceLayout.Masked:
                callerSteps = inputs.PaddedSteps(inputSize);
                TakeMasked(inputs.Mask, inputs.Batch, callerSteps, byBundle);
                break;
            case SequenceLayout.Packed:
                TakePacked(inputs.Counts, inputs.SortedIndices, byBundle);
                CallerRows = Rows;
                break;
        }

        if (!HasPadding && inputs.Values.Length != (long)Rows * inputSize)
        {
            throw new ArgumentException(
                $"There are {inputs.Values.Length} inputs, but the {(layout == SequenceLayout.Packed ? "batch sizes" : "lengths")} sum up to {Rows} time steps of {inputSize}, which makes {(long)Rows * inputSize}.",
                nameof(inputs));
        }
    }

    /// <summary>Which of the caller's time steps a row is, counted from the first of its sequence.</summary>
    public int TimeStepOf(int timeStep, int sequence) =>
        layout == SequenceLayout.Masked ? places[RowOf(timeStep, sequence)] - sources[sequence] : timeStep;

    private static void CheckPadded(ReadOnlySpan<int> lengths, int steps)
    {
        foreach (int length in lengths)
        {
            if (length > steps)
            {
                throw new ArgumentException($"A length is {length}, but the sequences have {steps} time steps.", nameof(lengths));
            }
        }
    }

    private void TakeMasked(ReadOnlySpan<bool> mask, int batch, int steps, bool byBundle)
    {
        for (int index = 0; index < batch; index++)
        {
            unsortedLengths[index] = mask.Slice(index * steps, steps).Count(true);
        }

        Pack(unsortedLengths.AsSpan(0, batch), steps, byBundle);
        CallerRows = mask.Length;
        for (int b = 0; b < batch; b++)
        {
            for (int t = 0, place = sources[b]; t < lengths[b]; place++)
            {
                if (mask[place])
                {
                    places[RowOf(t++, b)] = place;
                }
            }
        }
    }

    private void TakePacked(ReadOnlySpan<int> sizes, ReadOnlySpan<int> sortedIndices, bool byBundle)
    {
        CheckPacked(sizes, sortedIndices);
        Batch = sizes.IsEmpty ? 0 : sizes[0];
        Rows = 0;
        foreach (int size in sizes)
        {
            Rows += size;
        }

        for (int b = 0, t = sizes.Length; b < Batch; b++)
        {
            while (sizes[t - 1] <= b)
            {
                t--;
            }

            lengths[b] = t;
            order[b] = sortedIndices.IsEmpty ? b : sortedIndices[b];
        }

        FindRows(byBundle);
    }

    private void CheckPacked(ReadOnlySpan<int> sizes, ReadOnlySpan<int> sortedIndices)
    {
        if (sizes.Length > maxTimeSteps)
        {
            throw new ArgumentException($"The longest sequence has {sizes.Length} time steps; this run was created for at most {maxTimeSteps}.", nameof(sizes));
        }

        long rows = 0;
        for (int t = 0; t < sizes.Length; t++)
        {
            if (sizes[t] < 1 || (t > 0 && sizes[t] > sizes[t - 1]))
            {
                throw new ArgumentException(
                    sizes[t] < 1
                        ? $"Time step {t} has {sizes[t]} sequences; a batch size is 1 or more."
                        : $"Time step {t} has {sizes[t]} sequences, but the one before {sizes[t - 1]}: packed sequences are sorted by falling length.",
                    "batchSizes");
            }

            rows += sizes[t];
        }

        CheckRows(rows);
        int batch = sizes.IsEmpty ? 0 : sizes[0];
        if (sortedIndices.IsEmpty)
        {
            return;
        }

        if (sortedIndices.Length != batch)
        {
            throw new ArgumentException($"There are {sortedIndices.Length} sorted indices for {batch} sequences.", nameof(sortedIndices));
        }

        Span<int> seen = unsortedLengths.AsSpan(0, batch);
        seen.Clear();
        foreach (int index in sortedIndices)
        {
            if ((uint)index >= (uint)batch || seen[index]++ > 0)
            {
                throw new ArgumentException($"The sorted indices must hold each number from 0 to {batch - 1} once; {index} is {((uint)index >= (uint)batch ? "not one of them" : "there twice")}.", nameof(sortedIndices));
            }
        }
    }

    private void CheckRows(long rows)
    {
        if (rows > maxRows)
        {
            throw new ArgumentException($"The batch has {rows} time steps; this run was created for at most {maxRows}.", "maxTokens");
        }
    }

    /// <summary>Takes on sequences of the given lengths.</summary>
    /// <param name="callerLengths">The length of each sequence.</param>
    /// <param name="stride">The time steps from one sequence to the next in the caller's memory; 0 where they follow each other without padding.</param>
    /// <param name="byBundle">Whether the sequences lie bundle by bundle.</param>
    private void Pack(ReadOnlySpan<int> callerLengths, int stride, bool byBundle)
    {
        long rows = 0;
        for (int index = 0; index < callerLengths.Length; index++)
        {
            int length = callerLengths[index];
            if ((uint)length > (uint)maxTimeSteps)
            {
                throw new ArgumentException(
                    length < 0
                        ? $"Sequence {index} has length {length}; a length is 0 or more."
                        : $"Sequence {index} has {length} time steps; this run was created for at most {maxTimeSteps}.",
                    "lengths");
            }

            // Longest first; among equal lengths in the caller's order.
            sortKeys[index] = ((long)(maxTimeSteps - length) << 32) | (uint)index;
            rows += length;
        }

        CheckRows(rows);
        Batch = callerLengths.Length;
        Rows = (int)rows;
        sortKeys.AsSpan(0, Batch).Sort();
        for (int b = 0; b < Batch; b++)
        {
            order[b] = (int)sortKeys[b];
            lengths[b] = callerLengths[order[b]];
        }

        FindSources(callerLengths, stride);
        FindRows(byBundle);
    }

    private void FindRows(bool byBundle)
    {
        TimeSteps = Batch == 0 ? 0 : lengths[0];
        int going = Batch;
        for (int t = 0; t < TimeSteps; t++)
        {
            while (lengths[going - 1] <= t)
            {
                going--;
            }

            batchSizes[t] = going;
        }

        batchSizes[TimeSteps] = 0;
        LayoutBundles = byBundle ? Bundles.OfLarger(Batch) : 1;
        DivideBundles(LayoutBundles);
        for (int bundle = 0, row = 0; bundle < LayoutBundles; bundle++)
        {
            // Less the first sequence, so that a sequence's number leads from there to its row.
            int first = firstOfBundle[bundle], last = firstOfBundle[bundle + 1];
            Span<int> starts = rowStarts.AsSpan(bundle * (maxTimeSteps + 2));
            bundleOf.AsSpan(first, last - first).Fill(bundle);
            for (int t = 0; t <= TimeSteps; t++)
            {
                starts[t] = row - first;
                row += Math.Clamp(batchSizes[t] - first, 0, last - first);
            }
        }
    }

    private void FindSources(ReadOnlySpan<int> callerLengths, int stride)
    {
        // The keys have served: they now hold the caller's starts.
        long start = 0;
        for (int index = 0; index < Batch; index++)
        {
            sortKeys[index] = start;
            start += stride > 0 ? stride : callerLengths[index];
        }

        for (int b = 0; b < Batch; b++)
        {
            sources[b] = (int)sortKeys[order[b]];
        }
    }
}
