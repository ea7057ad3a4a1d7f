using System.Numerics;

namespace FastSeq.Cells;

/// <summary>Connectionist temporal classification in plain scalar code: the sums over all states of all time steps, in logarithms (Graves et al. 2006, equations 6 to 15).</summary>
internal sealed class ReferenceCtc<T>(int blank, bool zeroInfinity) : ReferenceLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override T WeightOf(ReferenceSequence<T> sequence) => T.One;

    public override (T Loss, T[][] Dy) OfSequence(ReferenceSequence<T> sequence, T[][] y)
    {
        int[] labels = sequence.Labels;
        T divisor = T.CreateChecked(Math.Max(1, labels.Length));
        if (y.Length == 0)
        {
            return (labels.Length == 0 || zeroInfinity ? T.Zero : T.PositiveInfinity, []);
        }

        int[] states = [.. Enumerable.Range(0, (2 * labels.Length) + 1).Select(s => s % 2 == 0 ? blank : labels[s / 2])];
        T[][] p = [.. y.Select(LogSoftmax)], forward = Empty(), backward = Empty();
        for (int t = 0; t < y.Length; t++)
        {
            for (int s = 0; s < states.Length; s++)
            {
                T from = t == 0
                    ? (s < 2 ? T.Zero : T.NegativeInfinity)
                    : Sum(forward[t - 1][s], s > 0 ? forward[t - 1][s - 1] : T.NegativeInfinity, s > 1 && CanSkip(s) ? forward[t - 1][s - 2] : T.NegativeInfinity);
                forward[t][s] = from + p[t][states[s]];
            }
        }

        for (int t = y.Length - 1; t >= 0; t--)
        {
            for (int s = 0; s < states.Length; s++)
            {
                T to = t == y.Length - 1
                    ? (s >= states.Length - 2 ? T.Zero : T.NegativeInfinity)
                    : Sum(backward[t + 1][s], s + 1 < states.Length ? backward[t + 1][s + 1] : T.NegativeInfinity, s + 2 < states.Length && CanSkip(s + 2) ? backward[t + 1][s + 2] : T.NegativeInfinity);
                backward[t][s] = to + p[t][states[s]];
            }
        }

        T logP = Sum(forward[^1][^1], states.Length > 1 ? forward[^1][^2] : T.NegativeInfinity, T.NegativeInfinity);
        if (T.IsNegativeInfinity(logP))
        {
            return (zeroInfinity ? T.Zero : T.PositiveInfinity, [.. y.Select(row => new T[row.Length])]);
        }

        T[][] dy = [.. y.Select((row, t) => Pointwise.Each(row.Length, k =>
        {
            T inClass = T.Zero;
            for (int s = 0; s < states.Length; s++)
            {
                inClass += states[s] == k ? T.Exp(forward[t][s] + backward[t][s] - p[t][k] - logP) : T.Zero;
            }

            return (T.Exp(p[t][k]) - inClass) / divisor;
        }))];
        return (-logP / divisor, dy);

        bool CanSkip(int s) => states[s] != blank && states[s] != states[s - 2];

        T[][] Empty() => [.. y.Select(_ => new T[states.Length])];
    }

    private static T[] LogSoftmax(T[] y)
    {
        T max = y.Aggregate(T.Max), sum = y.Aggregate(T.Zero, (total, logit) => total + T.Exp(logit - max));
        return Pointwise.Each(y.Length, k => y[k] - max - T.Log(sum));
    }

    /// <summary>log(exp a + exp b + exp c).</summary>
    private static T Sum(T a, T b, T c)
    {
        T max = T.Max(a, T.Max(b, c));
        return T.IsNegativeInfinity(max) ? max : max + T.Log(T.Exp(a - max) + T.Exp(b - max) + T.Exp(c - max));
    }
}
