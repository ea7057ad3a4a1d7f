using System.Numerics;
using System.Text.Json;
using FastSeq.Cells;
using FastSeq.Tests.Oracles;
using Xunit;

namespace FastSeq.Tests.Losses;

/// <summary>Runs a loss as a run does, and compares.</summary>
static class LossCheck
{
    /// <summary>The mean loss of rows of outputs, and its gradient.</summary>
    public static (double Loss, T[] Gradients) Evaluate<T, TTarget>(LossFunction loss, int outputSize, T[] outputs, TTarget[] targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        var gradients = new T[outputs.Length];
        gradients.AsSpan().Fill(T.NaN);
        LossEvaluator<T, TTarget> evaluator = loss.CreateEvaluator<T, TTarget>(Limits(outputSize));
        var rows = new LossRows<T, TTarget> { Outputs = outputs, OutputSize = outputSize, Targets = targets };
        WeightedMean mean = evaluator.Evaluate(rows, gradients);
        Assert.Equal(mean, evaluator.Evaluate(rows, []));
        return (mean.Value, gradients);
    }

    public static WeightedMean Metric<T, TTarget>(LossFunction loss, int outputSize, T[] outputs, TTarget[] targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTarget : unmanaged
        => loss.CreateEvaluator<T, TTarget>(Limits(outputSize)).Metric(new LossRows<T, TTarget> { Outputs = outputs, OutputSize = outputSize, Targets = targets });

    /// <summary>Limits of a run of rows.</summary>
    public static RunLimits Limits(int outputSize) => new(outputSize, MaxBatch: 1, MaxTimeSteps: 1, Threads: 1);

    /// <summary>A loss, and the reference of it in double, against a recorded loss and its gradients.</summary>
    public static void Recorded<T, TTarget>(
        JsonElement recorded, LossFunction loss, ReferenceLoss<double> reference, int outputSize, string outputs, Func<ReferenceSequence<double>> sequence, TTarget[] targets, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        double[] numbers = recorded.Numbers(outputs), expected = recorded.Numbers("gradients");
        (double value, T[] gradients) = Evaluate(loss, outputSize, [.. numbers.Select(T.CreateChecked)], targets);
        AssertNear(recorded.Number("loss"), value, tolerance);
        AssertNear(expected, [.. gradients.Select(double.CreateChecked)], tolerance);

        ReferenceSequence<double> alone = sequence();
        (double sum, double[][] dy) = reference.OfSequence(alone, [.. numbers.Chunk(outputSize)]);
        double weight = reference.WeightOf(alone);
        AssertNear(recorded.Number("loss"), sum / weight, 1e-12);
        AssertNear(expected, [.. dy.SelectMany(row => row).Select(d => d / weight)], 1e-12);
    }

    /// <summary>The gradient against central differences.</summary>
    public static void Slopes<TTarget>(LossFunction loss, int outputSize, double[] outputs, TTarget[] targets)
        where TTarget : unmanaged
    {
        const double step = 1e-5;
        double[] gradients = Evaluate(loss, outputSize, outputs, targets).Gradients;
        for (int i = 0; i < outputs.Length; i++)
        {
            double[] above = [.. outputs], below = [.. outputs];
            above[i] += step;
            below[i] -= step;
            double slope = (Evaluate(loss, outputSize, above, targets).Loss - Evaluate(loss, outputSize, below, targets).Loss) / (2 * step);
            Assert.Equal(slope, gradients[i], 1e-8);
        }
    }

    public static void AssertNear(double expected, double actual, double tolerance) => Assert.Equal(expected, actual, tolerance * Math.Max(1, Math.Abs(expected)));

    /// <summary>Within a share of the largest.</summary>
    public static void AssertNear(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], tolerance * scale);
    }
}
