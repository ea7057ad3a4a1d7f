using System.Numerics;
using System.Numerics.Tensors;

namespace FastSeq;

/// <summary>
/// Softmax cross-entropy of rows of logits x with class numbers k: <c>loss = log Σ exp(x_j) - x_k</c>, <c>dx_j = softmax(x)_j - [j = k]</c>.
/// The largest logit is taken off first, so that no exponential overflows.
/// </summary>
public static class CrossEntropyLoss
{
    const int ChunkLength = 256;

    /// <summary>The sum of the losses of all rows, added in their order.</summary>
    /// <param name="logits">Rows × classes.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="labels">The class number of each row.</param>
    /// <param name="scale">Multiplies the gradients only; 1 / rows for the mean loss.</param>
    /// <param name="dLogits">Overwritten: the gradients, rows × classes; or empty. May be <paramref name="logits"/> itself.</param>
    public static double Evaluate<T>(ReadOnlySpan<T> logits, int classes, ReadOnlySpan<int> labels, T scale, Span<T> dLogits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckSizes(logits.Length, classes, labels);
        if (!dLogits.IsEmpty && dLogits.Length != logits.Length)
            throw new ArgumentException($"{dLogits.Length} gradients for {logits.Length} logits.", nameof(dLogits));
        double loss = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            ReadOnlySpan<T> x = logits.Slice(row * classes, classes);
            int label = labels[row];
            T max = Max(x);
            double ofLabel = double.CreateTruncating(x[label] - max);
            if (dLogits.IsEmpty)
            {
                loss += Math.Log(SumOfExponentials(x, max)) - ofLabel;
                continue;
            }

            Span<T> dx = dLogits.Slice(row * classes, classes);
            double sum = Exponentials(x, max, dx);
            loss += Math.Log(sum) - ofLabel;
            T factor = scale / T.CreateTruncating(sum);
            for (int j = 0; j < dx.Length; j++) dx[j] *= factor;
            dx[label] -= scale;
        }

        return loss;
    }

    /// <summary>How many rows have their largest logit (the first of them, if there are several) at their class number.</summary>
    public static int CountCorrect<T>(ReadOnlySpan<T> logits, int classes, ReadOnlySpan<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckSizes(logits.Length, classes, labels);
        int correct = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            ReadOnlySpan<T> x = logits.Slice(row * classes, classes);
            int best = 0;
            for (int j = 1; j < x.Length; j++)
            {
                if (x[j] > x[best]) best = j;
            }

            if (best == labels[row]) correct++;
        }

        return correct;
    }

    static void CheckSizes(int logits, int classes, ReadOnlySpan<int> labels)
    {
        if ((long)labels.Length * classes != logits)
            throw new ArgumentException($"{logits} logits are not {labels.Length} rows of {classes} classes.", nameof(labels));
        for (int row = 0; row < labels.Length; row++)
        {
            if ((uint)labels[row] >= (uint)classes)
                throw new ArgumentOutOfRangeException(nameof(labels), labels[row], $"The class number of row {row} is not from 0 to {classes - 1}.");
        }
    }

    // Few classes are quicker without the calls.
    static T Max<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Length > 16) return TensorPrimitives.Max(x);
        T max = x[0];
        for (int j = 1; j < x.Length; j++) max = T.Max(max, x[j]);
        return max;
    }

    static double SumOfExponentials<T>(ReadOnlySpan<T> x, T max)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> chunk = stackalloc T[Math.Min(x.Length, ChunkLength)];
        double sum = 0;
        for (int start = 0; start < x.Length; start += ChunkLength)
        {
            ReadOnlySpan<T> part = x.Slice(start, Math.Min(ChunkLength, x.Length - start));
            sum += Exponentials(part, max, chunk[..part.Length]);
        }

        return sum;
    }

    // y = exp(x - max); the sum is made in the order of chunks whether or not the exponentials are kept.
    static double Exponentials<T>(ReadOnlySpan<T> x, T max, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int start = 0; start < x.Length; start += ChunkLength)
        {
            int count = Math.Min(ChunkLength, x.Length - start);
            Span<T> part = y.Slice(start, count);
            TensorPrimitives.Subtract(x.Slice(start, count), max, part);
            TensorPrimitives.Exp(part, part);
            double ofPart = 0;
            foreach (T e in part) ofPart += double.CreateTruncating(e);
            sum += ofPart;
        }

        return sum;
    }
}
