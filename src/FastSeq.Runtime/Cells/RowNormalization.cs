using System.Numerics;
using static FastSeq.Cells.Pointwise;

namespace FastSeq.Cells;

/// <summary>Layer normalisation of a row, or of parts of it: <c>y = (x - mean) / √(variance + ε)·weight + bias</c>, mean and variance those of the part.</summary>
internal sealed class RowNormalization<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] _parts;
    private readonly ReferenceParameter<T> _weight;
    private readonly ReferenceParameter<T>? _bias;
    private readonly T _epsilon;

    /// <summary>A normalisation whose weight is 1.</summary>
    /// <param name="name">The beginning of the names of its parameters.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="parts">The sizes of the parts.</param>
    public RowNormalization(string name, double epsilon, bool bias, params int[] parts)
    {
        _parts = parts;
        _weight = new($"{name}.weight", parts.Sum());
        _bias = bias ? new($"{name}.bias", parts.Sum()) : null;
        _epsilon = T.CreateChecked(epsilon);
        Array.Fill(_weight.Values, T.One);
    }

    public IReadOnlyList<ReferenceParameter<T>> Parameters => _bias is null ? [_weight] : [_weight, _bias];

    public T[] Forward(T[] x) => EachPart((first, size) =>
    {
        (T[] normal, _) = Normalise(x[first..(first + size)]);
        return Each(size, j => (normal[j] * _weight.Values[first + j]) + (_bias?.Values[first + j] ?? T.Zero));
    });

    /// <summary>From the derivative by the output of <see cref="Forward"/> of x: adds to the gradients of weight and bias, and returns that by x.</summary>
    public T[] Backward(T[] x, T[] dy) => EachPart((first, size) =>
    {
        (T[] normal, T deviation) = Normalise(x[first..(first + size)]);
        _weight.AddGradient(Each(size, j => dy[first + j] * normal[j]), first);
        _bias?.AddGradient(dy[first..(first + size)], first);

        // The derivatives of mean and variance by each x_j bring in the two means.
        T[] g = Each(size, j => dy[first + j] * _weight.Values[first + j]);
        T mean = Mean(g), projection = Mean(Each(size, j => g[j] * normal[j]));
        return Each(size, j => (g[j] - mean - (normal[j] * projection)) / deviation);
    });

    private static T Mean(T[] x) => x.Aggregate(T.Zero, (sum, one) => sum + one) / T.CreateChecked(x.Length);

    private T[] EachPart(Func<int, int, T[]> part)
    {
        var all = new List<T>();
        foreach (int size in _parts)
        {
            all.AddRange(part(all.Count, size));
        }

        return [.. all];
    }

    private (T[] Normal, T Deviation) Normalise(T[] x)
    {
        T mean = Mean(x), deviation = T.Sqrt(Mean(Each(x.Length, j => (x[j] - mean) * (x[j] - mean))) + _epsilon);
        return (Each(x.Length, j => (x[j] - mean) / deviation), deviation);
    }
}
