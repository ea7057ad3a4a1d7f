using System.Diagnostics;
using Xunit;

namespace FastSeq.Tests.Models;

public sealed class BatchSharingTests
{
    private const int Batches = 2 * (SharingTrial.Samples + 1);

    [Theory]
    [InlineData(50, 400, 4)]
    [InlineData(400, 50, 1)]
    public void Run_FindsOut(int shared, int alone, int expected)
    {
        BatchSharing sharing = Doubtful();
        for (int batch = 0; batch < Batches + 2; batch++)
        {
            // The first batch back through time is the one that nobody expected, and the next one is no part of a trial.
            Do(sharing, rows: 10, threads: 4, shared, alone, goesBack: true);
        }

        Assert.Equal(expected, sharing.Begin(10, 10, 4, hasBundles: false));
    }

    [Fact]
    public void PredictingAndTraining_AreDifferentQuestions()
    {
        BatchSharing sharing = Doubtful();
        for (int batch = 0; batch < Batches; batch++)
        {
            Do(sharing, 10, 4, shared: 400, alone: 50, goesBack: false);
        }

        for (int batch = 0; batch < Batches + 2; batch++)
        {
            Do(sharing, 10, 4, shared: 50, alone: 400, goesBack: true);
        }

        Assert.Equal(4, Do(sharing, 10, 4, shared: 0, alone: 0, goesBack: false));
        Assert.Equal(1, sharing.Begin(10, 10, 4, hasBundles: false));
    }

    [Fact]
    public void BatchesOfOtherSizes_AreDifferentQuestions()
    {
        BatchSharing sharing = Doubtful();
        for (int batch = 0; batch < Batches; batch++)
        {
            Do(sharing, rows: 11, threads: 4, shared: 400, alone: 50, goesBack: false);
            Do(sharing, rows: 99, threads: 4, shared: 50, alone: 400, goesBack: false);
        }

        Assert.Equal(1, Do(sharing, 11, 4, 0, 0, goesBack: false));
        Assert.Equal(4, Do(sharing, 99, 4, 0, 0, goesBack: false));
    }

    [Fact]
    public void KindsInTurn_AreNoPartOfATrialThatStopsHalfway()
    {
        BatchSharing sharing = Doubtful();
        for (int batch = 0; batch < (Batches / 2) + 2; batch++)
        {
            Do(sharing, 10, 4, shared: 50, alone: 400, goesBack: false);
        }

        Do(sharing, 10, 4, shared: 50, alone: 400, goesBack: true);
        for (int batch = 0; batch < Batches; batch++)
        {
            Assert.Equal(4, Do(sharing, 10, 4, shared: 50, alone: 400, goesBack: batch % 2 == 1));
        }
    }

    [Fact]
    public void CertainBatches_AreNotTried()
    {
        BatchSharing sharing = Doubtful();
        for (int batch = 0; batch < 3 * Batches; batch++)
        {
            Assert.Equal(4, Do(sharing, 1, 4, 400, 50, goesBack: true));
            Assert.Equal(4, Do(sharing, 200, 4, 400, 50, goesBack: true));
            Assert.Equal(1, Do(sharing, 10, 1, 50, 400, goesBack: true));
        }
    }

    [Fact]
    public void FailedBatch_DoesNotCount()
    {
        BatchSharing sharing = Doubtful();
        for (int batch = 0; batch < 3 * Batches; batch++)
        {
            Assert.Equal(4, sharing.Begin(10, 10, 4, hasBundles: false));
        }
    }

    /// <summary>Batches of 100 to 2,000 operations are those that are tried. (In these tests all others are shared.)</summary>
    private static BatchSharing Doubtful() => new() { TriesFrom = 100, TriesBelow = 2_000 };

    /// <summary>A batch that takes so many microseconds.</summary>
    private static int Do(BatchSharing sharing, int rows, int threads, int shared, int alone, bool goesBack)
    {
        int parts = sharing.Begin(rows, 10, threads, hasBundles: false);
        Take(parts > 1 ? shared : alone, false);
        if (goesBack)
        {
            Take(parts > 1 ? shared : alone, true);
        }

        return parts;

        void Take(int microseconds, bool back)
        {
            long start = sharing.Now, begin = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(begin).TotalMicroseconds < microseconds)
            {
            }

            sharing.Spent(start, back);
        }
    }
}
