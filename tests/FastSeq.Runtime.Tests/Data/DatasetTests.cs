using Xunit;

namespace FastSeq.Tests.Data;

public sealed class DatasetTests
{
    [Fact]
    public void ArrayDataset_GivesWhatItWasGiven()
    {
        var data = new ArrayDataset<float, int>([[1, 2, 3, 4], [], [5, 6]], [7, 8, 9], inputSize: 2);
        Assert.Equal(3, data.Count);
        Assert.Equal([2, 0, 1], Enumerable.Range(0, 3).Select(data.LengthOf));
        Assert.Equal([1f, 2, 3, 4], data.InputOf(0).ToArray());
        Assert.Equal([9], data.TargetOf(2).ToArray());
        var ragged = new ArrayDataset<int, float>([[1, 2], [3]], [[1, 2], [3]]);
        Assert.Equal([1f, 2], ragged.TargetOf(0).ToArray());
    }

    [Fact]
    public void ArraysThatDoNotFit_AreNamed()
    {
        Assert.Contains("Sequence 1 has 3 numbers, which are not whole time steps of 2",
            Assert.Throws<ArgumentException>(() => new ArrayDataset<float, int>([[1, 2], [1, 2, 3]], [0, 0], 2)).Message);
        Assert.Contains("2 sequences, but targets for 1", Assert.Throws<ArgumentException>(() => new ArrayDataset<int, int>([[1], [2]], [0])).Message);
        Assert.Contains("Sequence 1 is null", Assert.Throws<ArgumentException>(() => new ArrayDataset<int, int>([[1], null!], [0, 1])).Message);
        Assert.Contains("targets of sequence 0 are null", Assert.Throws<ArgumentException>(() => new ArrayDataset<int, int>([[1]], [null!])).Message);
    }

    [Fact]
    public void PaddedDataset_TakesOutWhatCounts()
    {
        float[] padded = [1, 2, -1, -1, 3, 4, -1, -1, -1, -1, 5, 6];
        bool[] mask = [true, false, true, false, false, true];
        var perSequence = new PaddedDataset<float, int>(padded, mask, [7, 8], timeSteps: 3, inputSize: 2);
        Assert.Equal(2, perSequence.Count);
        Assert.Equal([2, 1], Enumerable.Range(0, 2).Select(perSequence.LengthOf));
        Assert.Equal([1f, 2, 3, 4], perSequence.InputOf(0).ToArray());
        Assert.Equal([5f, 6], perSequence.InputOf(1).ToArray());
        Assert.Equal([8], perSequence.TargetOf(1).ToArray());
        var perStep = new PaddedDataset<float, float>(padded, mask, padded, timeSteps: 3, inputSize: 2, perTimeStep: true);
        Assert.Equal([1f, 2, 3, 4], perStep.TargetOf(0).ToArray());
        Assert.Equal(0, new PaddedDataset<int, int>([1, 2], [false, false], [3], timeSteps: 2).LengthOf(0));
    }

    [Fact]
    public void MasksThatDoNotFit_AreNamed()
    {
        Assert.Contains("The mask has 5 places, which are not whole sequences of 3 time steps",
            Assert.Throws<ArgumentException>(() => new PaddedDataset<int, int>(new int[5], new bool[5], [1], timeSteps: 3)).Message);
        Assert.Contains("There are 6 inputs, but a mask of 6 time steps of 2, which makes 12",
            Assert.Throws<ArgumentException>(() => new PaddedDataset<float, int>(new float[6], new bool[6], [1, 2], timeSteps: 3, inputSize: 2)).Message);
        Assert.Contains("There are 3 targets, which are not equally many for 2 sequences",
            Assert.Throws<ArgumentException>(() => new PaddedDataset<int, int>(new int[6], new bool[6], [1, 2, 3], timeSteps: 3)).Message);
        Assert.Contains("There are 2 targets, which are not equally many for 6 time steps",
            Assert.Throws<ArgumentException>(() => new PaddedDataset<int, int>(new int[6], new bool[6], [1, 2], timeSteps: 3, perTimeStep: true)).Message);
    }

    [Fact]
    public void ForecastWindows_AreFollowedByTheirTargets()
    {
        float[] series = [.. Enumerable.Range(0, 20).Select(i => (float)i)];   // 10 steps of 2
        float[] truth = [.. Enumerable.Range(100, 10).Select(i => (float)i)];
        WindowDataset<float, float> data = WindowDataset.Forecast<float, float>(series, 2, truth, 1, window: 3, horizon: 2, stride: 2);
        Assert.Equal(3, data.Count);                                            // windows 0-2, 2-4, 4-6; 6-8 would need rows 9 and 10
        Assert.Equal(3, data.LengthOf(1));
        Assert.Equal([4f, 5, 6, 7, 8, 9], data.InputOf(1).ToArray());
        Assert.Equal([105f, 106], data.TargetOf(1).ToArray());
        Assert.Equal([107f, 108], data.TargetOf(2).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => data.InputOf(3).Length);
        Assert.Equal(6, WindowDataset.Forecast<float, float>(series, 2, truth, 1, 3, 2).Count);
    }

    [Fact]
    public void EveryStepWindows_HaveARowForEachStep()
    {
        int[] text = [0, 1, 2, 3, 4, 5, 6];
        WindowDataset<int, int> next = WindowDataset.EveryStep<int, int>(text, 1, text, 1, window: 3, ahead: 1, stride: 3);
        Assert.Equal(2, next.Count);
        Assert.Equal([3, 4, 5], next.InputOf(1).ToArray());
        Assert.Equal([4, 5, 6], next.TargetOf(1).ToArray());
    }

    [Fact]
    public void Windows_LieInTheSeriesItself()
    {
        float[] series = new float[10];
        WindowDataset<float, float> data = WindowDataset.Forecast<float, float>(series, 1, series, 1, 4);
        series[5] = 42;
        Assert.Equal(42, data.InputOf(2)[3]);
    }

    [Fact]
    public void SeriesShorterThanAWindow_HasNone() => Assert.Equal(0, WindowDataset.Forecast<float, float>(new float[4], 1, new float[4], 1, 4).Count);

    [Fact]
    public void SliceAndSplit_CoverTheDatasetOnce()
    {
        var data = new ArrayDataset<int, int>([.. Enumerable.Range(0, 10).Select(i => new[] { i })], [.. Enumerable.Range(0, 10)]);
        Assert.Equal([3, 4], Targets(data.Slice(3, 2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Slice(9, 2));
        (SequenceDataset<int, int> first, SequenceDataset<int, int> second) = data.Split(0.7, seed: 5);
        Assert.Equal(7, first.Count);
        Assert.Equal(Enumerable.Range(0, 10), Targets(first).Concat(Targets(second)).Order());
        Assert.Equal(Targets(first), Targets(data.Split(0.7, seed: 5).First));
        Assert.NotEqual(Targets(first), Targets(data.Split(0.7, seed: 6).First));
        Assert.Equal(Targets(first), Enumerable.Range(0, 7).Select(i => first.InputOf(i)[0]));
    }

    static int[] Targets(SequenceDataset<int, int> data) => [.. Enumerable.Range(0, data.Count).Select(i => data.TargetOf(i)[0])];
}
