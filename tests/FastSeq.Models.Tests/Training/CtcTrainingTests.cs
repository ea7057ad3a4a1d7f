using FastSeq.Tests.Models;
using Xunit;

namespace FastSeq.Tests.Training;

/// <summary>A model with CTC from data whose labels have no place in time to decoded predictions.</summary>
public sealed class CtcTrainingTests
{
    [Fact]
    public void Labels_AreLearnedWithoutTheirPlaces()
    {
        using var trainer = new Trainer<CtcTagger>(new CtcTagger(seed: 3), new TrainerOptions { Optimizer = new Adam(0.02), BatchSize = 16, Threads = 2, ClipNorm = 5 });
        EpochReport last = trainer.Fit(Spoken(200, seed: 1), Spoken(50, seed: 2), epochs: 25).Last();
        Assert.True(last.ValidationMetric < 0.02, last.ToString());
        Assert.Contains("label errors", last.ToString());

        float[] sequence = Features([2, 2, 0, 2, 3, 3, 0]);
        using CtcTagger.Run run = trainer.Model.CreateRun(1, 7);
        float[] outputs = new float[7 * CtcTagger.OutputSize];
        int[] labels = new int[7];
        run.Predict(sequence, outputs);
        Assert.Equal([2, 2, 3], labels[..CtcDecoder.Greedy<float>(outputs, CtcTagger.OutputSize, labels)]);
        Assert.Equal([2, 2, 3], labels[..CtcDecoder.Beam<float>(outputs, CtcTagger.OutputSize, 8, labels, out double logProbability)]);
        Assert.InRange(logProbability, -0.5, 0);
    }

    [Fact]
    public void TargetThatDoesNotFit_IsNamed_OrZeroed()
    {
        using var trainer = new Trainer<CtcTagger>(new CtcTagger());
        Assert.Equal(
            "training sequence 1: its 2 labels need 3 time steps, a blank between equal ones included, and it has 2. Leave it out, or set ZeroInfinity.",
            Assert.Throws<DatasetException>(() => trainer.Fit(new ArrayDataset<float, int>([new float[8], new float[8]], [[1, 2], [1, 1]], 4), epochs: 1).Count()).Message);
        Assert.Equal(
            "training sequence 0, row 1: label 0 is not from 0 to 4, without the blank 0.",
            Assert.Throws<DatasetException>(() => trainer.Fit(new ArrayDataset<float, int>([new float[8]], [[1, 0]], 4), epochs: 1).Count()).Message);

        // Longer than every sequence; and nothing to say at all.
        using var zeroing = new Trainer<CtcTaggerDouble>(new CtcTaggerDouble());
        EpochReport report = zeroing.Fit(new ArrayDataset<int, int>([[1, 2], [], [3]], [[0, 1, 3, 1], [], []]), epochs: 1).Single();
        Assert.True(double.IsFinite(report.Loss) && report.Loss > 0, report.ToString());
    }

    [Fact]
    public void WrongLengths_AreNamed()
    {
        using CtcTagger.Run run = new CtcTagger().CreateRun(2, 3);
        Assert.Contains("lengths of 0 targets", Refused([1, 2], []));
        Assert.Contains("sum up to 3", Refused([1, 2], [3]));
        Assert.Contains("The target of sequence 0 has 4 labels; this run was created for at most 3", Refused([1, 2, 1, 2], [4]));
        Assert.StartsWith("Label 1 of the target of sequence 0 is the label 5; it must be from 0 to 4, without the blank 0.", Refused([1, 5], [2]));
        using SmoothedTagger.Run rows = new SmoothedTagger().CreateRun(1, 1);
        Assert.Contains(
            "learns a target row for each time step",
            Assert.Throws<ArgumentException>(() => rows.Forward(new SequenceBatch<float, int>(new float[4], [1], [1], [1]), training: true)).Message);

        string Refused(int[] targets, int[] lengths) =>
            Assert.Throws<ArgumentException>(() => run.Forward(new SequenceBatch<float, int>(new float[12], [3], targets, lengths), training: true)).Message;
    }

    /// <summary>Sequences in which label k sounds for one to three time steps, with silence between.</summary>
    static ArrayDataset<float, int> Spoken(int count, int seed)
    {
        var random = new Random(seed);
        int[][] labels = [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, random.Next(0, 5)).Select(_ => random.Next(1, 5)).ToArray())];
        return new ArrayDataset<float, int>([.. labels.Select(each => Features([.. each.SelectMany(k => Enumerable.Repeat(k, random.Next(1, 4)).Append(0))]))], labels, 4);
    }

    static float[] Features(int[] sounds) => [.. sounds.SelectMany(k => Enumerable.Range(1, 4).Select(j => j == k ? 1f : 0f))];
}
