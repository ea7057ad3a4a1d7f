using System.Numerics;
using static FastSeq.Cells.Pointwise;

namespace FastSeq.Cells;

/// <summary>Layer normalisation of each row: <c>y = (x - mean) / √(variance + ε)·weight + bias</c>, with <c>weight</c> [size] and <c>bias</c> [size].</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class LayerNormLayer<T> : ReferenceLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReferenceParameter<T> _weight;
    private readonly ReferenceParameter<T>? _bias;
    private readonly T _epsilon;
    private T[][] _x = [];

    /// <summary>Makes a layer whose weight is 1.</summary>
    /// <param name="name">The name of the layer.</param>
    /// <param name="size">The size of a row.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="bias">Whether there is a bias.</param>
    public LayerNormLayer(string name, int size, double epsilon, bool bias)
        : base(size)
    {
        _weight = new($"{name}.weight", size);
        _bias = bias ? new($"{name}.bias", size) : null;
        _epsilon = T.CreateChecked(epsilon);
        Array.Fill(_weight.Values, T.One);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ReferenceParameter<T>> Parameters => _bias is null ? [_weight] : [_weight, _bias];

    /// <inheritdoc/>
    public override T[][] Forward(T[][] x)
    {
        _x = x;
        return Each(x.Length, t =>
        {
            (T[] normal, _) = Normalise(x[t]);
            return Each(OutputSize, j => (normal[j] * _weight.Values[j]) + (_bias?.Values[j] ?? T.Zero));
        });
    }

    /// <inheritdoc/>
    public override T[][] Backward(T[][] dy)
        => Each(dy.Length, t =>
        {
            (T[] normal, T deviation) = Normalise(_x[t]);
            _weight.AddGradient(Each(OutputSize, j => dy[t][j] * normal[j]), 0);
            _bias?.AddGradient(dy[t], 0);

            // The derivatives of mean and variance by each x_j bring in the two means.
            T[] g = Each(OutputSize, j => dy[t][j] * _weight.Values[j]);
            T mean = Mean(g), projection = Mean(Each(OutputSize, j => g[j] * normal[j]));
            return Each(OutputSize, j => (g[j] - mean - (normal[j] * projection)) / deviation);
        });

    private static T Mean(T[] x) => x.Aggregate(T.Zero, (sum, one) => sum + one) / T.CreateChecked(x.Length);

    private (T[] Normal, T Deviation) Normalise(T[] x)
    {
        T mean = Mean(x), deviation = T.Sqrt(Mean(Each(x.Length, j => (x[j] - mean) * (x[j] - mean))) + _epsilon);
        return (Each(x.Length, j => (x[j] - mean) / deviation), deviation);
    }
}
