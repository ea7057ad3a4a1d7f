using System.Diagnostics;

namespace FastSeq;

/// <summary>Whether the threads of a run share its batches. Small ones are done sooner by one thread, large ones by all; what lies between depends on the machine, and the run finds out.</summary>
internal sealed class BatchSharing
{
    private readonly SharingTrial predicting = new(), training = new();
    private SharingTrial? trial;
    private double operations;
    private long ticks;
    private bool wentBack;

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
        EndBatch();
        operations = (double)rows * operationsPerRow;
        int parts = BatchParts.Of(rows, operationsPerRow, threads, hasBundles);
        if (threads == 1 || operations < TriesFrom || operations >= TriesBelow)
        {
            return parts;
        }

        // A batch that goes back through time is expected to be followed by another one.
        trial = TrialOfLast;
        trial.Begin(parts > 1);
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

    private SharingTrial TrialOfLast => wentBack ? training : predicting;

    /// <summary>The last batch is done: it counts in the trial of what was done with it, if it was expected.</summary>
    private void EndBatch()
    {
        if (trial is not null && ticks > 0 && trial == TrialOfLast)
        {
            trial.Add(ticks / operations);
        }

        trial = null;
        ticks = 0;
    }
}
