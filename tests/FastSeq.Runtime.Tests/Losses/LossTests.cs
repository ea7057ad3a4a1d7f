using System.Numerics;
using System.Text.Json;
using CsCheck;
using FastSeq.Tests.Oracles;
using Xunit;

namespace FastSeq.Tests.Losses;

public sealed class LossTests
{
    public static TheoryData<string> CrossEntropyCases => [.. TrainingNumbers.Names("cross_entropy")];

    public static TheoryData<string> SquaredErrorCases => [.. TrainingNumbers.Names("squared_error")];

    [Theory]
    [MemberData(nameof(CrossEntropyCases))]
    public void CrossEntropy_IsPyTorchs(string name)
    {
        CompareCrossEntropy<double>(name, 1e-12);
        CompareCrossEntropy<float>(name, 1e-6);
    }

    [Theory]
    [MemberData(nameof(SquaredErrorCases))]
    public void SquaredError_IsPyTorchs(string name)
    {
        CompareSquaredError<double>(name, 1e-12);
        CompareSquaredError<float>(name, 1e-6);
    }

    [Fact]
    public void CrossEntropyGradient_IsTheSlopeOfTheLoss()
    {
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 4], Gen.Int).Sample((classes, rows, seed) =>
        {
            var random = new Random(seed);
            double[] x = [.. Enumerable.Range(0, rows * classes).Select(_ => 4 * random.NextDouble() - 2)];
            int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(classes))];
            var dx = new double[x.Length];
            CrossEntropyLoss.Evaluate<double>(x, classes, labels, 1, dx);
            AssertSlope(x, dx, at => CrossEntropyLoss.Evaluate<double>(at, classes, labels, 1, []));
        }, iter: 100);
    }

    [Fact]
    public void SquaredErrorGradient_IsTheSlopeOfTheLoss()
    {
        double[] y = [0.5, -2, 3], t = [0, 1, 3], dy = new double[3];
        MeanSquaredErrorLoss.Evaluate<double>(y, t, 1, dy);
        AssertSlope(y, dy, at => MeanSquaredErrorLoss.Evaluate<double>(at, t, 1, []));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(700)]
    public void LossWithoutGradients_HasTheSameBits(int classes)
    {
        var random = new Random(classes);
        float[] x = [.. Enumerable.Range(0, 4 * classes).Select(_ => 10 * random.NextSingle())];
        int[] labels = [0, classes - 1, 1, 2];
        Assert.Equal(CrossEntropyLoss.Evaluate(x, classes, labels, 0.25f, new float[x.Length]), CrossEntropyLoss.Evaluate<float>(x, classes, labels, 0.25f, []));
        float[] inPlace = [.. x], apart = new float[x.Length];
        CrossEntropyLoss.Evaluate(x, classes, labels, 0.25f, apart);
        CrossEntropyLoss.Evaluate(inPlace, classes, labels, 0.25f, inPlace);
        Assert.Equal(apart, inPlace);
    }

    [Fact]
    public void Metrics_CountWhatIsRight()
    {
        Assert.Equal(2, CrossEntropyLoss.CountCorrect<float>([1, 2, 0, 5, 5, 1, 0, 0, 9], 3, [1, 0, 0]));
        Assert.Equal(3.5, MeanAbsoluteErrorLoss.Sum<double>([1, -2, 0], [0, -4, 0.5]), 1e-15);
    }

    [Fact]
    public void NotANumber_ShowsInTheLoss()
    {
        Assert.True(double.IsNaN(CrossEntropyLoss.Evaluate<float>([1, float.NaN], 2, [0], 1, [])));
        Assert.True(double.IsNaN(CrossEntropyLoss.Evaluate<float>([1, float.PositiveInfinity], 2, [0], 1, [])));
        Assert.True(double.IsNaN(MeanSquaredErrorLoss.Evaluate<float>([float.NaN], [0], 1, [])));
    }

    [Fact]
    public void WrongSizesAndLabels_AreNamed()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => CrossEntropyLoss.Evaluate<float>([1, 2, 3, 4], 2, [0, 2], 1, []));
        Assert.Contains("row 1 is not from 0 to 1", error.Message);
        Assert.Equal(2, error.ActualValue);
        Assert.Throws<ArgumentException>(() => CrossEntropyLoss.Evaluate<float>([1, 2, 3], 2, [0, 1], 1, []));
        Assert.Throws<ArgumentException>(() => CrossEntropyLoss.Evaluate<float>([1, 2], 2, [0], 1, new float[1]));
        Assert.Throws<ArgumentException>(() => MeanSquaredErrorLoss.Evaluate<float>([1, 2], [1], 1, []));
    }

    static void AssertSlope(double[] x, double[] gradient, Func<double[], double> loss)
    {
        const double step = 1e-5;
        for (int i = 0; i < x.Length; i++)
        {
            double[] above = [.. x], below = [.. x];
            above[i] += step;
            below[i] -= step;
            Assert.Equal((loss(above) - loss(below)) / (2 * step), gradient[i], 1e-8);
        }
    }

    static void CompareCrossEntropy<T>(string name, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        JsonElement recorded = TrainingNumbers.Case("cross_entropy", name);
        T[] x = [.. recorded.Numbers("logits").Select(T.CreateChecked)];
        int[] labels = recorded.Integers("labels");
        var dx = new T[x.Length];
        double loss = CrossEntropyLoss.Evaluate(x, (int)recorded.Number("classes"), labels, T.One / T.CreateChecked(labels.Length), dx) / labels.Length;
        AssertNear(recorded.Number("loss"), loss, tolerance);
        double[] expected = recorded.Numbers("gradients");
        for (int i = 0; i < dx.Length; i++) AssertNear(expected[i], double.CreateChecked(dx[i]), tolerance);
    }

    static void CompareSquaredError<T>(string name, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        JsonElement recorded = TrainingNumbers.Case("squared_error", name);
        T[] y = [.. recorded.Numbers("outputs").Select(T.CreateChecked)], t = [.. recorded.Numbers("targets").Select(T.CreateChecked)];
        var dy = new T[y.Length];
        AssertNear(recorded.Number("loss"), MeanSquaredErrorLoss.Evaluate(y, t, T.One / T.CreateChecked(y.Length), dy) / y.Length, tolerance);
        double[] expected = recorded.Numbers("gradients");
        for (int i = 0; i < dy.Length; i++) AssertNear(expected[i], double.CreateChecked(dy[i]), tolerance);
    }

    static void AssertNear(double expected, double actual, double tolerance) => Assert.Equal(expected, actual, tolerance * Math.Max(1, Math.Abs(expected)));
}
