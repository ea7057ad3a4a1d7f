using System.Numerics;

namespace FastSeq.Cells;

/// <summary>A loss of rows of outputs, with its derivative beside it: the sum over one row, unscaled.</summary>
internal static class ReferenceLoss
{
    /// <summary>-log softmax(y)[label] and its derivative softmax(y) - [j = label].</summary>
    public static (T Loss, T[] Dy) CrossEntropy<T>(T[] y, int label)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T max = y.Aggregate(T.Max);
        T sum = T.Zero;
        foreach (T logit in y)
        {
            sum += T.Exp(logit - max);
        }

        T loss = T.Log(sum) - (y[label] - max);
        return (loss, Pointwise.Each(y.Length, j => (T.Exp(y[j] - max) / sum) - (j == label ? T.One : T.Zero)));
    }

    /// <summary>Σ_j (y_j - target_j)² and its derivative 2·(y_j - target_j).</summary>
    public static (T Loss, T[] Dy) SquaredError<T>(T[] y, T[] target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int j = 0; j < y.Length; j++)
        {
            sum += (y[j] - target[j]) * (y[j] - target[j]);
        }

        return (sum, Pointwise.Each(y.Length, j => (y[j] - target[j]) + (y[j] - target[j])));
    }
}
