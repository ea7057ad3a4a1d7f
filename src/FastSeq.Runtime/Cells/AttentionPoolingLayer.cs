using System.Numerics;
using static FastSeq.Cells.Pointwise;

namespace FastSeq.Cells;

/// <summary>
/// Attention over the rows of a sequence with one learned query, <c>weight</c> [1, size]: <c>s_t = weight·x_t</c>, <c>a = softmax(s)</c>, <c>y = Σ_t a_t·x_t</c>; zeros of an
/// empty sequence.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="name">The name of the layer.</param>
/// <param name="size">The size of a row.</param>
/// <param name="everyStep">Whether each time step has the pooled rows so far, as in a stream.</param>
public sealed class AttentionPoolingLayer<T>(string name, int size, bool everyStep) : ReferenceLayer<T>(size)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReferenceParameter<T> _query = new($"{name}.weight", 1, size);
    private T[][] _x = [];

    /// <inheritdoc/>
    public override IReadOnlyList<ReferenceParameter<T>> Parameters => [_query];

    /// <inheritdoc/>
    public override T[][] Forward(T[][] x)
    {
        _x = x;
        return everyStep ? Each(x.Length, t => Pool(x[..(t + 1)])) : [Pool(x)];
    }

    /// <inheritdoc/>
    public override T[][] Backward(T[][] dy)
    {
        if (everyStep)
        {
            throw new NotSupportedException();
        }

        T[] a = Shares(_x);

        // forward: y = Σ a_t·x_t
        T[] da = Each(_x.Length, t => Dot(dy[0], _x[t]));

        // forward: a = softmax(s)
        T mean = Dot(a, da);
        T[] ds = Each(_x.Length, t => a[t] * (da[t] - mean));

        // forward: s_t = weight·x_t
        for (int t = 0; t < _x.Length; t++)
        {
            _query.AddGradient([ds[t]], _x[t], 0);
        }

        return Each(_x.Length, t => Each(OutputSize, j => (a[t] * dy[0][j]) + (ds[t] * _query.Values[j])));
    }

    private static T Dot(T[] a, T[] b) => a.Zip(b, (x, y) => x * y).Aggregate(T.Zero, (sum, term) => sum + term);

    private T[] Shares(T[][] x)
    {
        T[] scores = Each(x.Length, t => Dot(_query.Values, x[t]));
        T[] e = Each(x.Length, t => T.Exp(scores[t] - scores.Max()));
        T sum = e.Aggregate(T.Zero, (total, one) => total + one);
        return Each(x.Length, t => e[t] / sum);
    }

    private T[] Pool(T[][] x)
    {
        T[] a = Shares(x);
        return Each(OutputSize, j => Dot(a, Each(x.Length, t => x[t][j])));
    }
}
