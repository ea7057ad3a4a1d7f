using Xunit;

namespace FastSeq.Tests.Models;

public sealed class SharingTrialTests
{
    private const int OfTrial = 2 * (SharingTrial.Samples + 1);

    [Theory]
    [InlineData(true, 1.0, 2.0, true)]
    [InlineData(false, 1.0, 2.0, true)]
    [InlineData(true, 2.0, 1.0, false)]
    [InlineData(false, 2.0, 1.0, false)]
    [InlineData(true, 0.99, 1.0, false)] // threads for one per cent
    public void FasterWay_IsKept(bool first, double shared, double alone, bool expected)
    {
        var trial = Begun(first);
        Do(trial, OfTrial + SharingTrial.FirstPause - 1, shared, alone, out bool[] ways);
        Assert.Equal(Enumerable.Repeat(first, OfTrial / 2), ways[..(OfTrial / 2)]);
        Assert.Equal(Enumerable.Repeat(!first, OfTrial / 2), ways[(OfTrial / 2)..OfTrial]);
        Assert.All(ways[OfTrial..], way => Assert.Equal(expected, way));
    }

    [Fact]
    public void DisturbedBatches_DoNotDecide()
    {
        var trial = Begun(true);
        for (int batch = 0; batch < OfTrial; batch++)
        {
            // The first of each way and two more of those that share take a hundred times as long.
            trial.Add(batch is 0 or 2 or 4 or 6 ? 100 : trial.Shares ? 1 : 2);
        }

        Assert.True(trial.Shares);
    }

    [Fact]
    public void Question_IsPutAgainAtGrowingIntervals()
    {
        var trial = Begun(false);
        for (int pause = SharingTrial.FirstPause; pause < 3 * SharingTrial.LongestPause; pause *= 2)
        {
            Do(trial, OfTrial, shared: 2, alone: 1, out bool[] ways);
            Assert.Equal(OfTrial / 2, ways.Count(way => way));
            Do(trial, Math.Min(pause, SharingTrial.LongestPause), shared: 1, alone: 1, out ways);
            Assert.All(ways, Assert.False);
        }
    }

    [Fact]
    public void AnotherAnswer_IsSoonAskedAgain()
    {
        var trial = Begun(false);
        Do(trial, OfTrial + SharingTrial.FirstPause + OfTrial + (2 * SharingTrial.FirstPause), shared: 2, alone: 1, out _);
        Do(trial, OfTrial, shared: 1, alone: 2, out _);
        Do(trial, SharingTrial.FirstPause, shared: 1, alone: 2, out bool[] ways);
        Assert.All(ways, Assert.True);
        Do(trial, OfTrial, shared: 1, alone: 2, out ways);
        Assert.Equal(OfTrial / 2, ways.Count(way => way));
    }

    private static SharingTrial Begun(bool shares)
    {
        var trial = new SharingTrial();
        trial.Begin(shares);
        trial.Begin(!shares);
        return trial;
    }

    private static void Do(SharingTrial trial, int batches, double shared, double alone, out bool[] ways)
    {
        ways = new bool[batches];
        for (int batch = 0; batch < batches; batch++)
        {
            ways[batch] = trial.Shares;
            trial.Add(trial.Shares ? shared : alone);
        }
    }
}
