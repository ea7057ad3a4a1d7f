using System.Numerics;

namespace FastSeq.Cells;

/// <summary>The losses in plain scalar code, each with its derivative beside it.</summary>
public static class ReferenceLoss
{
    /// <summary>-(1 - ε)·w_k·log p_k - ε/C·Σ_j w_j·log p_j with p = softmax(y), k the class of the row, C classes; the mean divides by the w_k of all rows.</summary>
    /// <param name="smoothing">ε.</param>
    /// <param name="ignored">The class of rows that do not count.</param>
    /// <param name="weights">w; all 1 where there are none.</param>
    public static ReferenceLoss<T> CrossEntropy<T>(float smoothing = 0, int? ignored = null, float[]? weights = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        return new RowLoss<T>(
            sequence => sequence.Labels.Aggregate(T.Zero, (sum, label) => sum + (label == ignored ? T.Zero : Weight(label))),
            (sequence, row, y) => sequence.Labels[row] == ignored ? (T.Zero, new T[y.Length]) : OfRow(y, sequence.Labels[row]));

        T Weight(int k) => weights is null ? T.One : T.CreateChecked(weights[k]);

        (T Loss, T[] Dy) OfRow(T[] y, int label)
        {
            T max = y.Aggregate(T.Max), sum = T.Zero;
            foreach (T logit in y)
            {
                sum += T.Exp(logit - max);
            }

            // Every class k is a target of share_k: dy_j = Σ_k share_k·(p_j - [j = k]).
            T epsilon = T.CreateChecked(smoothing), loss = T.Zero;
            var dy = new T[y.Length];
            for (int k = 0; k < y.Length; k++)
            {
                T share = ((epsilon / T.CreateChecked(y.Length)) + (k == label ? T.One - epsilon : T.Zero)) * Weight(k);
                loss += share * (T.Log(sum) - (y[k] - max));
                dy = Pointwise.Add(dy, Pointwise.Each(y.Length, j => share * ((T.Exp(y[j] - max) / sum) - (j == k ? T.One : T.Zero))));
            }

            return (loss, dy);
        }
    }

    /// <summary>-p·t·log σ(y) - (1 - t)·log(1 - σ(y)) of each output.</summary>
    /// <param name="positiveWeights">p of each output; all 1 where there are none.</param>
    public static ReferenceLoss<T> BinaryCrossEntropy<T>(float[]? positiveWeights = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Elementwise<T>((y, t, j) =>
        {
            T weight = positiveWeights is null ? T.One : T.CreateChecked(positiveWeights[j]), sigmoid = Pointwise.Sigmoid(y);
            return (-(weight * t * T.Log(sigmoid)) - ((T.One - t) * T.Log(Pointwise.Sigmoid(-y))), (-weight * t * (T.One - sigmoid)) + ((T.One - t) * sigmoid));
        });

    /// <summary>(y - t)² of each output.</summary>
    public static ReferenceLoss<T> MeanSquaredError<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Elementwise<T>((y, t, _) => ((y - t) * (y - t), (y - t) + (y - t)));

    /// <summary>|y - t| of each output; the derivative is 0 where they are equal.</summary>
    public static ReferenceLoss<T> MeanAbsoluteError<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Elementwise<T>((y, t, _) => (T.Abs(y - t), T.CreateChecked(T.Sign(y - t))));

    /// <summary>e²/2 where |e| ≤ δ, else δ·(|e| - δ/2), of each output's error e = y - t.</summary>
    /// <param name="delta">δ.</param>
    public static ReferenceLoss<T> Huber<T>(float delta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Elementwise<T>((y, t, _) =>
        {
            T e = y - t, limit = T.CreateChecked(delta), half = T.CreateChecked(0.5);
            return T.Abs(e) <= limit
                ? (half * e * e, e)
                : (limit * (T.Abs(e) - (half * limit)), limit * T.CreateChecked(T.Sign(e)));
        });

    /// <summary>max(τ·(t - y), (τ - 1)·(t - y)) of each output; output i·q + j is quantile j of target i.</summary>
    /// <param name="quantiles">The q quantiles τ.</param>
    public static ReferenceLoss<T> Quantile<T>(params float[] quantiles)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Outputs<T>(quantiles.Length, (sequence, row, y, o) =>
        {
            T quantile = T.CreateChecked(quantiles[o % quantiles.Length]), e = y - sequence.Targets[row][o / quantiles.Length];
            return e > T.Zero
                ? ((T.One - quantile) * e, T.One - quantile)
                : (-quantile * e, e == T.Zero ? T.Zero : -quantile);
        });

    /// <summary>-log of the probability of all paths that become the labels of a sequence, divided by their number; the mean is over the sequences.</summary>
    /// <param name="blank">The class that is the blank.</param>
    /// <param name="zeroInfinity">Whether infinite losses count as 0.</param>
    public static ReferenceLoss<T> Ctc<T>(int blank = 0, bool zeroInfinity = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => new ReferenceCtc<T>(blank, zeroInfinity);

    private static ReferenceLoss<T> Elementwise<T>(Func<T, T, int, (T Loss, T Dy)> ofOutput)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Outputs<T>(1, (sequence, row, y, j) => ofOutput(y, sequence.Targets[row][j], j));

    private static ReferenceLoss<T> Outputs<T>(int outputsOfTarget, Func<ReferenceSequence<T>, int, T, int, (T Loss, T Dy)> ofOutput)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => new RowLoss<T>(
            sequence => T.CreateChecked(sequence.Targets.Sum(row => row.Length) * outputsOfTarget),
            (sequence, row, y) =>
            {
                (T Loss, T Dy)[] terms = [.. y.Select((value, j) => ofOutput(sequence, row, value, j))];
                return (terms.Aggregate(T.Zero, (sum, term) => sum + term.Loss), [.. terms.Select(term => term.Dy)]);
            });

    /// <param name="weightOf">What a sequence counts in the divisor of the mean.</param>
    /// <param name="ofRow">The loss of a row and its derivative.</param>
    private sealed class RowLoss<T>(Func<ReferenceSequence<T>, T> weightOf, Func<ReferenceSequence<T>, int, T[], (T Loss, T[] Dy)> ofRow) : ReferenceLoss<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public override T WeightOf(ReferenceSequence<T> sequence) => weightOf(sequence);

        public override (T Loss, T[][] Dy) OfSequence(ReferenceSequence<T> sequence, T[][] y)
        {
            T loss = T.Zero;
            var dy = new T[y.Length][];
            for (int row = 0; row < y.Length; row++)
            {
                (T term, dy[row]) = ofRow(sequence, row, y[row]);
                loss += term;
            }

            return (loss, dy);
        }
    }
}
