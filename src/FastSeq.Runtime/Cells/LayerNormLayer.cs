using System.Numerics;
using static FastSeq.Cells.Pointwise;

namespace FastSeq.Cells;

/// <summary>Layer normalisation of each row: <c>y = (x - mean) / √(variance + ε)·weight + bias</c>, with <c>weight</c> [size] and <c>bias</c> [size].</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class LayerNormLayer<T> : ReferenceLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RowNormalization<T> _normalization;
    private T[][] _x = [];

    /// <summary>Makes a layer whose weight is 1.</summary>
    /// <param name="name">The name of the layer.</param>
    /// <param name="size">The size of a row.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="bias">Whether there is a bias.</param>
    public LayerNormLayer(string name, int size, double epsilon, bool bias)
        : base(size)
        => _normalization = new RowNormalization<T>(name, epsilon, bias, size);

    /// <inheritdoc/>
    public override IReadOnlyList<ReferenceParameter<T>> Parameters => _normalization.Parameters;

    /// <inheritdoc/>
    public override T[][] Forward(T[][] x)
    {
        _x = x;
        return Each(x.Length, t => _normalization.Forward(x[t]));
    }

    /// <inheritdoc/>
    public override T[][] Backward(T[][] dy) => Each(dy.Length, t => _normalization.Backward(_x[t], dy[t]));
}
