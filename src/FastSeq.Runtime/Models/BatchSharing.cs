using System.Diagnostics;

namespace FastSeq;

/// <summary>Whether the threads of a run share its batches. Small ones are done sooner by one thread, large ones by all; what lies between depends on the machine, and the run finds out.</summary>
internal sealed class BatchSharing
{
    /// <summary>Batches of which one has at most four times the operations of the other are asked about together, as far as sizes up to <see cref="TriesBelow"/> go.</summary>
    private const int Sizes = 3;

    private readonly SharingTrial[] predicting = New(), training = New();
    private SharingTrial? trial;
    private double operations;
    private long ticks;
    private bool wentBack, expectedBack;

    /// <summary>The operations from which on, and below which, a run finds out.</summary>
    internal double TriesFrom { get; set; } = BatchParts.TriesFrom;

    /// <inheritdoc cref="TriesFrom"/>
    internal double TriesBelow { get; set; } = BatchParts.TriesBelow;

    /// <summary>Into how many parts the next batch is cut.</summary>
    /// <param name="rows">Its time steps.</param>
    /// <param name="operationsPerRow">The operations of a time step.</param>
    /// <param name="threads">The threads that there are.</param>
    /// <param name="hasBundles">Whether the parts consist of bundles.</param>
    public int Begin(int rows, long operationsPerRow, int threads, bool hasBundles)
    {
        bool wasExpected = EndBatch();
        operations = (double)rows * operationsPerRow;
        int parts = BatchParts.Of(rows, operationsPerRow, threads, hasBundles);
        if (threads == 1 || operations < TriesFrom || operations >= TriesBelow)
        {
            return parts;
        }

        // A batch that goes back through time is expected to be followed by another one; where that was wrong just now, the batch is no part of a trial.
        int size = Math.Clamp((int)Math.Log2(operations / TriesFrom) / 2, 0, Sizes - 1);
        SharingTrial ofKind = (wentBack ? training : predicting)[size];
        ofKind.Begin(parts > 1);
        expectedBack = wentBack;
        if (!wasExpected)
        {
            return ofKind.Answer ? threads : 1;
        }

        trial = ofKind;
        return trial.Shares ? threads : 1;
    }

    /// <summary>The time at which some work on the batch begins.</summary>
    public long Now => trial is null ? 0 : Stopwatch.GetTimestamp();

    /// <summary>Takes note of the time since <paramref name="start"/>.</summary>
    /// <param name="start">What <see cref="Now"/> was.</param>
    /// <param name="back">Whether the work was that of going back through time.</param>
    public void Spent(long start, bool back)
    {
        wentBack = back;
        if (trial is not null)
        {
            ticks += Stopwatch.GetTimestamp() - start;
        }
    }

    /// <summary>The last batch is done: it counts in its trial, if what was done with it was expected. Returns whether it was.</summary>
    private bool EndBatch()
    {
        bool wasExpected = wentBack == expectedBack;
        if (trial is not null && ticks > 0 && wasExpected)
        {
            trial.Add(ticks / operations);
        }

        trial = null;
        ticks = 0;
        return wasExpected;
    }

    private static SharingTrial[] New()
    {
        var trials = new SharingTrial[Sizes];
        for (int size = 0; size < Sizes; size++)
        {
            trials[size] = new SharingTrial();
        }

        return trials;
    }
}
