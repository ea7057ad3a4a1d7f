using System.Numerics;
using System.Numerics.Tensors;
using FastSeq.Kernels;

namespace FastSeq;

/// <summary>Rows of logits and their softmax.</summary>
static class SoftmaxRows
{
    const int ChunkLength = 256;

    /// <summary>The sum of <c>-log softmax(x)_k</c> of all rows, added in their order.</summary>
    /// <param name="logits">Rows × classes.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="labels">The class number k of each row.</param>
    /// <param name="scale">Multiplies the gradients only.</param>
    /// <param name="dLogits">Overwritten: the gradients; or empty. May be <paramref name="logits"/> itself.</param>
    public static double Sum<T>(ReadOnlySpan<T> logits, int classes, ReadOnlySpan<int> labels, T scale, Span<T> dLogits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
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

    /// <summary>How many rows have their largest logit at their class number.</summary>
    public static int CountCorrect<T>(ReadOnlySpan<T> logits, int classes, ReadOnlySpan<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int correct = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            if (IndexOfMax(logits.Slice(row * classes, classes)) == labels[row]) correct++;
        }

        return correct;
    }

    /// <summary>Where the largest number stands, the first of them if there are several.</summary>
    public static int IndexOfMax<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int best = 0;
        for (int j = 1; j < x.Length; j++)
        {
            if (x[j] > x[best]) best = j;
        }

        return best;
    }

    /// <summary>The largest number. Few are quicker without the calls.</summary>
    public static T Max<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Length > 16) return TensorPrimitives.Max(x);
        T max = x[0];
        for (int j = 1; j < x.Length; j++) max = T.Max(max, x[j]);
        return max;
    }

    /// <summary>Σ exp(x - max), the same bits as those of <see cref="Exponentials{T}"/>.</summary>
    public static double SumOfExponentials<T>(ReadOnlySpan<T> x, T max)
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

    /// <summary>y = exp(x - max), and their sum; it is made in the order of chunks whether or not the exponentials are kept.</summary>
    public static double Exponentials<T>(ReadOnlySpan<T> x, T max, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int start = 0; start < x.Length; start += ChunkLength)
        {
            int count = Math.Min(ChunkLength, x.Length - start);
            Span<T> part = y.Slice(start, count);
            Elementwise.Map(count, in x[start], ref part[0], new ExponentialOf<T>(max));
            double ofPart = 0;
            foreach (T e in part) ofPart += double.CreateTruncating(e);
            sum += ofPart;
        }

        return sum;
    }
}
