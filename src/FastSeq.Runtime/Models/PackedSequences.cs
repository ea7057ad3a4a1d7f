using System.Runtime.CompilerServices;

namespace FastSeq;

/// <summary>
/// How sequences of different lengths lie in memory while a model works on them: sorted by falling length, time step by time step, without padding.
/// Row <c>RowOf(t, b)</c> is time step t of the b-th longest sequence; at time step t, <c>BatchSize(t)</c> sequences still go on, and their rows follow each other. Or the sequences lie
/// bundle by bundle, and those of a bundle in this way.
/// </summary>
internal sealed partial class PackedSequences(int maxBatch, int maxTimeSteps, int maxRows, int maxParts, int maxLayoutBundles = 1)
{
    private readonly long[] sortKeys = new long[maxBatch];
    private readonly int[] order = new int[maxBatch];
    private readonly int[] sources = new int[maxBatch];
    private readonly int[] lengths = new int[maxBatch];
    private readonly int[] batchSizes = new int[maxTimeSteps + 1];
    private readonly int[] rowStarts = new int[maxLayoutBundles * (maxTimeSteps + 2)];
    private readonly int[] bundleOf = new int[maxBatch];
    private readonly int[] firstOfPart = new int[maxParts + 1];
    private readonly int[] rowsBefore = new int[maxParts + 1];
    private readonly int[] firstOfBundle = new int[Bundles.Most + 1];

    /// <summary>The most time steps of all sequences.</summary>
    public int MaxRows => maxRows;

    /// <summary>The most time steps of a sequence.</summary>
    public int MaxTimeSteps => maxTimeSteps;

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

    /// <summary>Into how many bundles the sequences are cut that lie one after the other; 1 where all sequences lie time step by time step.</summary>
    public int LayoutBundles { get; private set; } = 1;

    /// <summary>The row of a sequence at a time step; those of the sequences of a bundle follow each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RowOf(int timeStep, int sequence) => rowStarts[(bundleOf[sequence] * (maxTimeSteps + 2)) + timeStep] + sequence;

    /// <summary>The row of the longest sequence at a time step, of sequences that lie time step by time step.</summary>
    public int RowStart(int timeStep) => RowStarts[timeStep];

    /// <summary>The row of the longest sequence at each time step, of sequences that lie time step by time step.</summary>
    public ReadOnlySpan<int> RowStarts => LayoutBundles == 1 ? rowStarts.AsSpan(0, TimeSteps) : throw new InvalidOperationException("The sequences lie bundle by bundle.");

    /// <summary>The first sequence of a part: parts have about the same number of rows.</summary>
    public int FirstOfPart(int part) => firstOfPart[part];

    /// <summary>The rows of the parts before a part.</summary>
    public int RowsBefore(int part) => rowsBefore[part];

    /// <summary>The first sequence of a bundle.</summary>
    public int FirstOfBundle(int bundle) => firstOfBundle[bundle];

    /// <summary>Cuts the sequences of the batch into parts.</summary>
    /// <param name="parts">How many, no more than the run has threads.</param>
    /// <param name="together">How many sequences in a row belong to one part.</param>
    public void Divide(int parts, int together = 1)
    {
        Divide(parts, firstOfPart);
        for (int part = 1; part < parts; part++)
        {
            firstOfPart[part] = Math.Min(Batch, (firstOfPart[part] + together - 1) / together * together);
        }

        CountRows(parts);
    }

    /// <summary>Cuts the sequences of the batch into bundles.</summary>
    /// <param name="bundles">How many bundles.</param>
    public void DivideBundles(int bundles) => Divide(bundles, firstOfBundle);

    /// <summary>Whose row it is: the way back of <see cref="RowOf"/>.</summary>
    public void Find(int row, out int timeStep, out int sequence)
    {
        (timeStep, sequence) = (0, 0);
        while (RowOf(timeStep, sequence) != row)
        {
            sequence = sequence + 1 < batchSizes[timeStep] ? sequence + 1 : 0;
            timeStep += sequence == 0 ? 1 : 0;
        }
    }

    /// <summary>A stretch of the sequences first to last - 1 that lies time step by time step.</summary>
    /// <param name="first">The first sequence.</param>
    /// <param name="last">The sequence after the last.</param>
    /// <param name="number">The number of the stretch, from 0 on.</param>
    /// <param name="from">Its first sequence.</param>
    /// <param name="to">The sequence after its last; the same where the stretch has none.</param>
    /// <returns>Whether there are so many stretches.</returns>
    public bool TakeStretch(int first, int last, int number, out int from, out int to)
    {
        (from, to) = (first, last);
        if (first >= last)
        {
            return false;
        }

        if (LayoutBundles == 1)
        {
            return number == 0;
        }

        int bundle = bundleOf[first] + number;
        if (bundle >= LayoutBundles || firstOfBundle[bundle] >= last)
        {
            return false;
        }

        from = Math.Max(first, firstOfBundle[bundle]);
        to = Math.Min(last, firstOfBundle[bundle + 1]);
        return true;
    }

    /// <summary>Makes parts of whole bundles.</summary>
    /// <param name="parts">How many parts, no more than the run has threads.</param>
    /// <param name="bundles">How many bundles there are.</param>
    public void UniteBundles(int parts, int bundles)
    {
        for (int part = 0; part <= parts; part++)
        {
            firstOfPart[part] = firstOfBundle[bundles * part / parts];
        }

        CountRows(parts);
    }

    /// <summary>Divides the sequences so that all parts have about the same number of rows.</summary>
    private void Divide(int parts, int[] first)
    {
        int part = 1;
        long rows = 0;
        for (int b = 0; b < Batch && part < parts; b++)
        {
            rows += lengths[b];
            while (part < parts && rows * parts >= (long)Rows * part)
            {
                first[part++] = b + 1;
            }
        }

        while (part <= parts)
        {
            first[part++] = Batch;
        }
    }

    private void CountRows(int parts)
    {
        for (int part = 0; part < parts; part++)
        {
            rowsBefore[part + 1] = rowsBefore[part];
            for (int b = firstOfPart[part]; b < firstOfPart[part + 1]; b++)
            {
                rowsBefore[part + 1] += lengths[b];
            }
        }
    }
}
