using System.Numerics;
using System.Numerics.Tensors;

namespace FastSeq;

/// <summary>Computes a <see cref="CrossEntropyLoss"/> with its options, and the accuracy.</summary>
sealed class CrossEntropyEvaluator<T> : LossEvaluator<T, int>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly bool isPlain;
    readonly int? ignored;
    readonly double smoothing;

    // w of each class, their sum, and ε/C·w of each class.
    readonly double[] weights;
    readonly double weightSum;
    readonly T[] spread;

    public CrossEntropyEvaluator(CrossEntropyLoss loss, int classes)
    {
        smoothing = loss.LabelSmoothing;
        ignored = loss.IgnoreIndex;
        isPlain = smoothing == 0 && ignored is null && loss.ClassWeights.IsEmpty;
        weights = new double[classes];
        spread = new T[classes];
        for (int j = 0; j < classes; j++)
        {
            weights[j] = loss.ClassWeights.IsEmpty ? 1 : loss.ClassWeights[j];
            weightSum += weights[j];
            spread[j] = T.CreateTruncating(smoothing / classes * weights[j]);
        }
    }

    /// <summary>The sum of the weights of the rows that count, and how many count.</summary>
    public override LossWeights Weights(ReadOnlySpan<int> targets, int outputs, int sequences)
    {
        if (isPlain) return new LossWeights(targets.Length, targets.Length);
        double weight = 0;
        int count = 0;
        foreach (int label in targets)
        {
            if (label == ignored) continue;
            weight += weights[label];
            count++;
        }

        return new LossWeights(weight, count);
    }

    public override WeightedMean Evaluate(in LossRows<T, int> rows, Span<T> gradients)
    {
        int classes = rows.OutputSize;
        if (isPlain)
        {
            double count = rows.Targets.Length;
            return new WeightedMean(SoftmaxRows.Sum(rows.Outputs, classes, rows.Targets, T.CreateTruncating(1 / count), gradients), count);
        }

        double weight = Weights(rows.Targets, rows.Outputs.Length, rows.Lengths.Length).Loss, sum = 0;
        if (weight == 0)
        {
            gradients.Clear();
            return default;
        }

        for (int row = 0; row < rows.Targets.Length; row++)
        {
            Span<T> dx = gradients.IsEmpty ? gradients : gradients.Slice(row * classes, classes);
            if (rows.Targets[row] == ignored) dx.Clear();
            else sum += Row(rows.Outputs.Slice(row * classes, classes), rows.Targets[row], 1 / weight, dx);
        }

        return new WeightedMean(sum, weight);
    }

    /// <summary>The share of the rows that count whose class has the largest output.</summary>
    public override WeightedMean Metric(in LossRows<T, int> rows)
    {
        if (ignored is null) return new WeightedMean(SoftmaxRows.CountCorrect(rows.Outputs, rows.OutputSize, rows.Targets), rows.Targets.Length);
        int correct = 0;
        for (int row = 0; row < rows.Targets.Length; row++)
        {
            if (rows.Targets[row] == ignored) continue;
            if (SoftmaxRows.IndexOfMax(rows.Outputs.Slice(row * rows.OutputSize, rows.OutputSize)) == rows.Targets[row]) correct++;
        }

        return new WeightedMean(correct, Weights(rows.Targets, rows.Outputs.Length, rows.Lengths.Length).Metric);
    }

    // The loss of a row: of its class (1 - ε)·w_k·(log Σ exp x - x_k), and of all classes ε/C·Σ w_j·(log Σ exp x - x_j).
    double Row(ReadOnlySpan<T> x, int label, double scale, Span<T> dx)
    {
        T max = SoftmaxRows.Max(x);
        double own = (1 - smoothing) * weights[label], ofAll = smoothing / x.Length;
        double sum = dx.IsEmpty ? SoftmaxRows.SumOfExponentials(x, max) : SoftmaxRows.Exponentials(x, max, dx);
        double logSum = Math.Log(sum);
        double loss = own * (logSum - double.CreateTruncating(x[label] - max));
        if (smoothing > 0)
        {
            double weighted = 0;
            for (int j = 0; j < x.Length; j++) weighted += weights[j] * double.CreateTruncating(x[j] - max);
            loss += ofAll * ((weightSum * logSum) - weighted);
        }

        if (!dx.IsEmpty)
        {
            // dx = ((1 - ε)·w_k + ε/C·Σ w)·softmax(x) - ε/C·w - (1 - ε)·w_k·[j = k]
            TensorPrimitives.Multiply(dx, T.CreateTruncating(scale * (own + (ofAll * weightSum)) / sum), dx);
            if (smoothing > 0) TensorPrimitives.MultiplyAdd(spread, T.CreateTruncating(-scale), dx, dx);
            dx[label] -= T.CreateTruncating(scale * own);
        }

        return loss;
    }
}
