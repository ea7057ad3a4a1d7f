using Xunit;

namespace FastSeq.Tests.Losses;

/// <summary>Losses with options: slopes, what counts and what does not, metrics, and wrong options.</summary>
public sealed class LossOptionTests
{
    [Fact]
    public void Gradients_AreTheSlopesOfTheLosses()
    {
        var random = new Random(3);
        double[] x = [.. Enumerable.Range(0, 24).Select(_ => 4 * random.NextDouble() - 2)], t = [.. Enumerable.Range(0, 24).Select(_ => random.NextDouble())];
        LossCheck.Slopes(new CrossEntropyLoss(0.2f, 1, 1, 2, 0, 0.5f), 4, x, [0, 1, 2, 3, 3, 1]);
        LossCheck.Slopes(new BinaryCrossEntropyLoss(1, 5, 0.5f), 3, x, t);
        LossCheck.Slopes(new MeanAbsoluteErrorLoss(), 3, x, t);
        LossCheck.Slopes(new HuberLoss(0.7f), 3, x, t);
        LossCheck.Slopes(new QuantileLoss(0.1f, 0.5f, 0.9f), 6, x, t[..8]);
    }

    [Fact]
    public void IgnoredRows_CountNowhere()
    {
        var loss = new CrossEntropyLoss(0.1f, -100);
        float[] rows = [1, 2, 3, float.NaN, 7, 9, 0, 5, 1], kept = [1, 2, 3, 0, 5, 1];
        (double all, float[] gradients) = LossCheck.Evaluate(loss, 3, rows, [2, -100, 0]);
        (double alone, float[] expected) = LossCheck.Evaluate(loss, 3, kept, [2, 0]);
        Assert.Equal(alone, all);
        Assert.Equal<float>([.. expected[..3], 0, 0, 0, .. expected[3..]], gradients);
        Assert.Equal(new WeightedMean(1, 2), LossCheck.Metric(loss, 3, rows, [2, -100, 0]));
    }

    [Fact]
    public void WhereNothingCounts_LossAndGradientAreZero()
    {
        float[] x = [1, 2, 3, 4];
        Assert.Equal((0d, "0 0 0 0"), Shown(LossCheck.Evaluate(new CrossEntropyLoss(0.1f, -1), 2, x, [-1, -1])));
        Assert.Equal((0d, "0 0 0 0"), Shown(LossCheck.Evaluate(new CrossEntropyLoss(0, null, 0, 1), 2, x, [0, 0])));
        Assert.Equal(0, LossCheck.Metric(new CrossEntropyLoss(0, -1), 2, x, [-1, -1]).Value);

        static (double, string) Shown((double Loss, float[] Gradients) result) => (result.Loss, string.Join(" ", result.Gradients));
    }

    [Fact]
    public void EqualWeights_ChangeNothing()
    {
        double[] x = [0.5, -1, 2, 1, 1, -3];
        (double plain, double[] gradients) = LossCheck.Evaluate(new CrossEntropyLoss(), 3, x, [0, 2]);
        (double weighted, double[] others) = LossCheck.Evaluate(new CrossEntropyLoss(0, null, 2, 2, 2), 3, x, [0, 2]);
        LossCheck.AssertNear(plain, weighted, 1e-15);
        LossCheck.AssertNear(gradients, others, 1e-15);
    }

    [Fact]
    public void LargeLogits_OverflowNowhere()
    {
        (double loss, float[] gradients) = LossCheck.Evaluate<float, float>(new BinaryCrossEntropyLoss(), 1, [3e38f, -3e38f, 100, -100], [1, 0, 0, 1]);
        Assert.Equal(50, loss);
        Assert.Equal<float>([0, 0, 0.25f, -0.25f], gradients);
    }

    [Fact]
    public void NotANumber_ShowsInLossAndGradient()
    {
        LossFunction[] losses = [new BinaryCrossEntropyLoss(), new MeanAbsoluteErrorLoss(), new HuberLoss(), new QuantileLoss(0.5f), new MeanSquaredErrorLoss()];
        float[] outputs = new float[40];
        outputs[5] = outputs[39] = float.NaN;
        foreach (LossFunction loss in losses)
        {
            (double value, float[] gradients) = LossCheck.Evaluate(loss, 1, outputs, new float[40]);
            Assert.True(double.IsNaN(value) && float.IsNaN(gradients[5]) && float.IsNaN(gradients[39]) && float.IsFinite(gradients[6]), loss.Kind.ToString());
        }

        Assert.True(double.IsNaN(LossCheck.Evaluate(new CrossEntropyLoss(0.1f), 2, [1, float.NaN], new[] { 0 }).Loss));
    }

    [Fact]
    public void Metrics_FitTheLosses()
    {
        Assert.Equal(new WeightedMean(3, 4), LossCheck.Metric<float, float>(new BinaryCrossEntropyLoss(), 2, [2, -1, 0.1f, -3], [1, 0, 1, 0.7f]));
        Assert.Equal(new WeightedMean(3, 2), LossCheck.Metric<float, float>(new MeanAbsoluteErrorLoss(), 1, [2, -1], [1, 1]));
        Assert.Equal(new WeightedMean(3, 2), LossCheck.Metric<float, float>(new HuberLoss(), 1, [2, -1], [1, 1]));

        // The median stands second, so |2 - 1| + |7 - 5|.
        Assert.Equal(new WeightedMean(3, 2), LossCheck.Metric<float, float>(new QuantileLoss(0.9f, 0.5f, 0.1f), 3, [9, 2, 0, 9, 7, 0], [1, 5]));
    }

    [Fact]
    public void WrongTargets_AreFound()
    {
        Assert.Equal(1, new CrossEntropyLoss().IndexOfWrong([0, 3, 1], 3));
        Assert.Equal(2, new CrossEntropyLoss(0, -100).IndexOfWrong([0, -100, -1], 3));
        Assert.Equal("0 to 2, or -100 (left out)", new CrossEntropyLoss(0, -100).TargetRange(3));
        Assert.Equal(2, new BinaryCrossEntropyLoss().IndexOfWrong([0f, 1, 1.5f]));
        Assert.Equal(0, new BinaryCrossEntropyLoss().IndexOfWrong([-0.1, 1]));
        Assert.Equal(-1, new BinaryCrossEntropyLoss().IndexOfWrong([0.5, 1, 0]));
        Assert.Equal(-1, new HuberLoss().IndexOfWrong([-7f]));
    }

    [Fact]
    public void WrongOptions_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyLoss(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyLoss(float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyLoss(0, null, 1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BinaryCrossEntropyLoss(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HuberLoss(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuantileLoss(0.5f, 1));
        Assert.Throws<ArgumentException>(() => new QuantileLoss());
        Assert.Throws<ArgumentException>(() => new QuantileLoss(0.1f, 0.9f).TargetSize(3));
        Assert.Throws<ArgumentException>(() => new CrossEntropyLoss(0, null, 1, 1).CreateEvaluator<float, int>(LossCheck.Limits(3)));
        Assert.Throws<ArgumentException>(() => new BinaryCrossEntropyLoss(1, 1).CreateEvaluator<float, float>(LossCheck.Limits(3)));
    }
}
