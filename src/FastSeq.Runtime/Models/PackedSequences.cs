using System.Runtime.CompilerServices;
using FastSeq.Kernels;

namespace FastSeq;

/// <summary>
/// How sequences of different lengths lie in memory while a model works on them: sorted by falling length, time step by time step, without padding.
/// Row <c>RowStart(t) + b</c> is time step t of the b-th longest sequence; at time step t, <c>BatchSize(t)</c> sequences still go on.
/// </summary>
internal sealed class PackedSequences(int maxBatch, int maxTimeSteps, int maxParts)
{
    private readonly long[] sortKeys = new long[maxBatch];
    private readonly int[] order = new int[maxBatch];
    private readonly int[] sources = new int[maxBatch];
    private readonly int[] lengths = new int[maxBatch];
    private readonly int[] batchSizes = new int[maxTimeSteps + 1];
    private readonly int[] rowStarts = new int[maxTimeSteps + 2];
    private readonly int[] firstOfPart = new int[maxParts + 1];
    private readonly int[] rowsBefore = new int[maxParts + 1];

    /// <summary>The sequences.</summary>
    public int Batch { get; private set; }

    /// <summary>The time steps of the longest sequence.</summary>
    public int TimeSteps { get; private set; }

    /// <summary>The time steps of all sequences.</summary>
    public int Rows { get; private set; }

    /// <summary>Where each sequence of the batch stands in the caller's order, longest first.</summary>
    public ReadOnlySpan<int> Order => order.AsSpan(0, Batch);

    /// <summary>The lengths, longest first.</summary>
    public ReadOnlySpan<int> Lengths => lengths.AsSpan(0, Batch);

    /// <summary>The sequences that still go on at a time step.</summary>
    public int BatchSize(int timeStep) => batchSizes[timeStep];

    /// <summary>The row of the longest sequence at a time step.</summary>
    public int RowStart(int timeStep) => rowStarts[timeStep];

    /// <summary>The row of the longest sequence at each time step.</summary>
    public ReadOnlySpan<int> RowStarts => rowStarts.AsSpan(0, TimeSteps);

    /// <summary>The first time step of the caller's sequence that is the b-th longest, counted in time steps from the caller's first.</summary>
    public int Source(int b) => sources[b];

    /// <summary>The first sequence of a part: parts have about the same number of rows.</summary>
    public int FirstOfPart(int part) => firstOfPart[part];

    /// <summary>The rows of the parts before a part.</summary>
    public int RowsBefore(int part) => rowsBefore[part];

    /// <summary>Takes on a batch.</summary>
    /// <param name="callerLengths">The length of each sequence.</param>
    /// <param name="stride">The time steps from one sequence to the next in the caller's memory; 0 where they follow each other without padding.</param>
    public void Pack(ReadOnlySpan<int> callerLengths, int stride)
    {
        if (callerLengths.Length > maxBatch)
        {
            throw new ArgumentException($"The batch has {callerLengths.Length} sequences; this run was created for at most {maxBatch}.", nameof(callerLengths));
        }

        for (int index = 0; index < callerLengths.Length; index++)
        {
            int length = callerLengths[index];
            if ((uint)length > (uint)maxTimeSteps)
            {
                throw new ArgumentException(
                    length < 0
                        ? $"Sequence {index} has length {length}; a length is 0 or more."
                        : $"Sequence {index} has {length} time steps; this run was created for at most {maxTimeSteps}.",
                    nameof(callerLengths));
            }

            // Longest first; among equal lengths in the caller's order.
            sortKeys[index] = ((long)(maxTimeSteps - length) << 32) | (uint)index;
        }

        Batch = callerLengths.Length;
        sortKeys.AsSpan(0, Batch).Sort();
        Rows = 0;
        for (int b = 0; b < Batch; b++)
        {
            order[b] = (int)sortKeys[b];
            lengths[b] = callerLengths[order[b]];
            Rows += lengths[b];
        }

        FindSources(callerLengths, stride);
        TimeSteps = Batch == 0 ? 0 : lengths[0];
        int going = Batch;
        for (int t = 0; t < TimeSteps; t++)
        {
            while (lengths[going - 1] <= t)
            {
                going--;
            }

            batchSizes[t] = going;
            rowStarts[t + 1] = rowStarts[t] + going;
        }

        batchSizes[TimeSteps] = 0;
    }

    /// <summary>Brings rows from the caller's order into that of the time steps.</summary>
    /// <param name="source">The time steps of each sequence where <see cref="Source"/> says.</param>
    /// <param name="size">The elements of a row.</param>
    /// <param name="rows">Overwritten, time step by time step.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gather<T>(ReadOnlySpan<T> source, int size, Span<T> rows)
        where T : unmanaged
    {
        int row = 0;
        for (int t = 0; t < TimeSteps; t++)
        {
            foreach (int start in sources.AsSpan(0, batchSizes[t]))
            {
                RowCopy.Copy(in source.Slice((start + t) * size, size)[0], ref rows.Slice(row++ * size, size)[0], size);
            }
        }
    }

    /// <summary>The way back of <see cref="Gather"/>.</summary>
    /// <param name="rows">The rows, time step by time step.</param>
    /// <param name="size">The elements of a row.</param>
    /// <param name="destination">Overwritten where there are sequences.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Scatter<T>(ReadOnlySpan<T> rows, int size, Span<T> destination)
        where T : unmanaged
    {
        int row = 0;
        for (int t = 0; t < TimeSteps; t++)
        {
            foreach (int start in sources.AsSpan(0, batchSizes[t]))
            {
                RowCopy.Copy(in rows.Slice(row++ * size, size)[0], ref destination.Slice((start + t) * size, size)[0], size);
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

    /// <summary>Cuts the sequences of the batch into parts.</summary>
    /// <param name="parts">How many, no more than the run has threads.</param>
    public void Divide(int parts)
    {
        int part = 1;
        long rows = 0;
        for (int b = 0; b < Batch && part < parts; b++)
        {
            rows += lengths[b];
            while (part < parts && rows * parts >= (long)Rows * part)
            {
                firstOfPart[part++] = b + 1;
            }
        }

        while (part <= parts)
        {
            firstOfPart[part++] = Batch;
        }

        for (part = 0; part < parts; part++)
        {
            rowsBefore[part + 1] = rowsBefore[part];
            for (int b = firstOfPart[part]; b < firstOfPart[part + 1]; b++)
            {
                rowsBefore[part + 1] += lengths[b];
            }
        }
    }
}
