using System.Numerics;
using System.Text.Json;
using CsCheck;
using FastSeq.Cells;
using FastSeq.Tests.Oracles;
using Xunit;

namespace FastSeq.Tests.Losses;

/// <summary>The CTC loss and its gradient: PyTorch's, the scalar reference's, and what all paths add up to.</summary>
public sealed class CtcTests
{
    public static TheoryData<string> Cases => [.. TrainingNumbers.Names("ctc")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_IsPyTorchs(string name)
    {
        Compare<double>(name, 1e-11);
        Compare<float>(name, 2e-6);
    }

    [Fact]
    public void Loss_IsThatOfAllPaths() => Gen.Select(Gen.Int[1, 5], Gen.Int[2, 3], Gen.Int[0, 3], Gen.Int).Sample((steps, classes, count, seed) =>
    {
        var random = new Random(seed);
        int blank = random.Next(classes);
        double[] x = [.. Enumerable.Range(0, steps * classes).Select(_ => 4 * random.NextDouble() - 2)];
        int[] target = [.. Enumerable.Range(0, count).Select(_ => (blank + 1 + random.Next(classes - 1)) % classes)];
        double expected = -Math.Log(CtcPaths.ProbabilitiesOfLabels(x, classes, blank).GetValueOrDefault(string.Join(" ", target))) / Math.Max(1, count);
        (double loss, double[] gradients) = Evaluate(new CtcLoss(blank), classes, x, [steps], target, [count]);
        Assert.Equal(expected, loss, 1e-12 * Math.Max(1, expected));
        if (double.IsInfinity(loss)) Assert.All(gradients, g => Assert.Equal(0, g));
        else Assert.All(gradients.Chunk(classes), row => Assert.Equal(0, row.Sum(), 1e-14));
    }, iter: 300);

    [Fact]
    public void Gradient_IsTheSlopeOfTheLoss() => Gen.Select(Gen.Int[1, 12], Gen.Int[2, 5], Gen.Int[0, 5], Gen.Int).Sample((steps, classes, count, seed) =>
    {
        const double step = 1e-5;
        var random = new Random(seed);
        double[] x = [.. Enumerable.Range(0, steps * classes).Select(_ => 4 * random.NextDouble() - 2)];
        int[] target = [.. Enumerable.Range(0, Math.Min(count, (steps + 1) / 2)).Select(_ => random.Next(1, classes))];
        double[] gradients = Evaluate(new CtcLoss(), classes, x, [steps], target, [target.Length]).Gradients;
        for (int i = 0; i < x.Length; i++)
        {
            double[] above = [.. x], below = [.. x];
            above[i] += step;
            below[i] -= step;
            double Loss(double[] at) => Evaluate(new CtcLoss(), classes, at, [steps], target, [target.Length]).Loss;
            Assert.Equal((Loss(above) - Loss(below)) / (2 * step), gradients[i], 1e-8);
        }
    }, iter: 60);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Threads_ChangeNoBit(int threads)
    {
        var random = new Random(8);
        int[] lengths = [9, 9, 7, 4, 1], counts = [3, 4, 2, 0, 1];
        float[] x = [.. Enumerable.Range(0, lengths.Sum() * 6).Select(_ => 4 * random.NextSingle() - 2)];
        int[] targets = [.. Enumerable.Range(0, counts.Sum()).Select(_ => random.Next(1, 6))];
        (double loss, float[] gradients) = Evaluate(new CtcLoss(), 6, x, lengths, targets, counts);
        (double other, float[] others) = Evaluate(new CtcLoss(), 6, x, lengths, targets, counts, threads);
        Assert.Equal((loss, string.Join(" ", gradients)), (other, string.Join(" ", others)));
    }

    [Fact]
    public void TargetTooLong_IsInfiniteOrZero()
    {
        float[] x = [1, 2, 3, 4, 5, 6];
        (double infinite, float[] gradients) = Evaluate(new CtcLoss(), 3, x, [2], [1, 1], [2]);
        Assert.Equal(double.PositiveInfinity, infinite);
        Assert.All(gradients, g => Assert.Equal(0, g));
        Assert.Equal(0, Evaluate(new CtcLoss(0, zeroInfinity: true), 3, x, [2], [1, 1], [2]).Loss);
        Assert.Equal(0, Evaluate(new CtcLoss(), 3, new float[0], [0], [], [0]).Loss);
        Assert.Equal(double.PositiveInfinity, Evaluate(new CtcLoss(), 3, new float[0], [0], [1], [1]).Loss);
        Assert.Null(new CtcLoss().Misfit(3, [1, 1]));
        Assert.Equal("its 2 labels need 3 time steps, a blank between equal ones included, and it has 2. Leave it out, or set ZeroInfinity.", new CtcLoss().Misfit(2, [1, 1]));
        Assert.Null(new CtcLoss(0, zeroInfinity: true).Misfit(2, [1, 1]));
    }

    [Fact]
    public void ImpossibleOutputs_AreInfinite()
    {
        // Certain of the wrong label.
        Assert.Equal(double.PositiveInfinity, Evaluate<double>(new CtcLoss(), 2, [double.NegativeInfinity, 0], [1], [], [0]).Loss);
        Assert.True(double.IsNaN(Evaluate(new CtcLoss(), 2, [float.NaN, 0], [1], [1], [1]).Loss));
    }

    [Fact]
    public void UnlikelyLabels_DoNotVanish()
    {
        // 40 labels in 40 time steps, each e^-60: far below the least double, and the loss is their sum.
        double[] x = [.. Enumerable.Range(0, 40).SelectMany(t => new[] { 60.0, t % 2 == 0 ? 0 : -1e9, t % 2 == 1 ? 0 : -1e9 })];
        int[] target = [.. Enumerable.Range(0, 40).Select(t => 1 + (t % 2))];
        (double loss, double[] gradients) = Evaluate(new CtcLoss(), 3, x, [40], target, [40]);
        Assert.Equal(60, loss, 1e-12);
        Assert.Equal(-1.0 / 40, gradients[1], 1e-12);
    }

    [Fact]
    public void LabelErrors_AreThoseOfGreedyDecoding()
    {
        // Decoded 1 2 against 1 3 3, and nothing against 2: two and one edits of four labels.
        float[] x = [0, 9, 0, 0, /**/ 9, 0, 0, 0, /**/ 0, 9, 0, 0, /**/ 9, 0, 0, 0, /**/ 0, 0, 9, 0];
        CtcEvaluator<float> evaluator = new(new CtcLoss(), new RunLimits(4, 2, 3, 1));
        var rows = new LossRows<float, int> { Outputs = x, OutputSize = 4, Targets = new[] { 1, 3, 3, 2 }, Lengths = new[] { 3, 2 }, RowStarts = new[] { 0, 2, 4 }, TargetLengths = new[] { 3, 1 } };
        Assert.Equal(new WeightedMean(3, 4), evaluator.Metric(rows));
    }

    [Fact]
    public void WrongLabels_AreFound()
    {
        Assert.Equal(1, new CtcLoss().IndexOfWrong([1, 0, 5], 4));
        Assert.Equal(2, new CtcLoss(3).IndexOfWrong([1, 0, -1, 3], 4));
        Assert.Equal(-1, new CtcLoss(3).IndexOfWrong([1, 0, 2], 4));
        Assert.Equal("0 to 3, without the blank 1", new CtcLoss(1).TargetRange(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CtcLoss(-1));
        Assert.Throws<ArgumentException>(() => new CtcLoss(3).CreateEvaluator<float, int>(LossCheck.Limits(3)));
        Assert.Throws<ArgumentException>(() => new CtcLoss().CreateEvaluator<float, int>(new RunLimits(3, 1, 100_000, 1)));
    }

    static void Compare<T>(string name, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        JsonElement recorded = TrainingNumbers.Case("ctc", name);
        int classes = (int)recorded.Number("classes"), blank = (int)recorded.Number("blank");
        int[] lengths = recorded.Integers("lengths"), counts = recorded.Integers("target_lengths"), targets = recorded.Integers("targets");
        bool zero = recorded.Number("zero_infinity") != 0;
        double[] x = recorded.Numbers("outputs"), expected = recorded.Numbers("gradients");

        // PyTorch's are padded: [time steps, sequences, classes]. Sequences are packed longest first.
        int[] order = [.. Enumerable.Range(0, lengths.Length).OrderByDescending(b => lengths[b])], starts = [.. counts.Select((_, b) => counts[..b].Sum())];
        int[] places = [.. Enumerable.Range(0, lengths.Max()).SelectMany(t => order.Where(b => lengths[b] > t).Select(b => (t * lengths.Length) + b))];
        double[] Packed(double[] padded) => [.. places.SelectMany(place => padded.AsSpan(place * classes, classes).ToArray())];
        (double loss, T[] gradients) = Evaluate<T>(
            new CtcLoss(blank, zero), classes, [.. Packed(x).Select(T.CreateChecked)], [.. order.Select(b => lengths[b])],
            [.. order.SelectMany(b => targets.AsSpan(starts[b], counts[b]).ToArray())], [.. order.Select(b => counts[b])]);
        LossCheck.AssertNear(recorded.Number("loss"), loss, tolerance);
        LossCheck.AssertNear(Packed(expected), [.. gradients.Select(double.CreateChecked)], tolerance);

        ReferenceLoss<double> reference = ReferenceLoss.Ctc<double>(blank, zero);
        double sum = 0;
        for (int b = 0; b < lengths.Length; b++)
        {
            int[] rows = [.. Enumerable.Range(0, lengths[b]).Select(t => (t * lengths.Length) + b)];
            (double each, double[][] dy) = reference.OfSequence(
                new ReferenceSequence<double> { Labels = targets[starts[b]..(starts[b] + counts[b])] }, [.. rows.Select(row => x[(row * classes)..((row + 1) * classes)])]);
            sum += each / lengths.Length;
            LossCheck.AssertNear([.. rows.SelectMany(row => expected[(row * classes)..((row + 1) * classes)]), 1], [.. dy.SelectMany(row => row).Select(d => d / lengths.Length), 1], 1e-11);
        }

        LossCheck.AssertNear(recorded.Number("loss"), sum, 1e-12);
    }

    /// <summary>The mean loss of sequences, longest first, and its gradient.</summary>
    static (double Loss, T[] Gradients) Evaluate<T>(CtcLoss loss, int classes, T[] outputs, int[] lengths, int[] targets, int[] counts, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int steps = lengths.Max();
        int[] starts = [.. Enumerable.Range(0, steps).Select(t => lengths.Sum(length => Math.Min(length, t)))];
        var rows = new LossRows<T, int> { Outputs = outputs, OutputSize = classes, Targets = targets, Lengths = lengths, RowStarts = starts, TargetLengths = counts };
        var evaluator = new CtcEvaluator<T>(loss, new RunLimits(classes, lengths.Length, Math.Max(1, steps), threads));
        var gradients = new T[outputs.Length];
        gradients.AsSpan().Fill(T.NaN);
        for (int part = 0; part < threads; part++) evaluator.EvaluatePart(part, rows, gradients);
        WeightedMean mean = evaluator.Evaluate(rows, gradients);
        for (int part = 0; part < threads; part++) evaluator.EvaluatePart(part, rows, []);
        Assert.Equal(mean, evaluator.Evaluate(rows, []));
        return (mean.Value, gradients);
    }
}
