using System.Numerics;

namespace FastSeq.Cells;

/// <summary>Dropout with a mask that is given, not drawn: y = x·factor, where a factor is 0 (dropped) or 1 / (1 - probability) (kept).</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="size">The size of a row.</param>
public sealed class DropoutLayer<T>(int size) : ReferenceLayer<T>(size)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The factor of (sequence of the batch, row of the sequence, element of the row); none: nothing is dropped.</summary>
    public Func<int, int, int, T>? Factor { get; set; }

    /// <summary>The number in its batch of the sequence that runs.</summary>
    internal int Sequence { get; set; }

    /// <inheritdoc/>
    public override T[][] Forward(T[][] x) => Scale(x);

    /// <inheritdoc/>
    public override T[][] Backward(T[][] dy) => Scale(dy);

    private T[][] Scale(T[][] x)
        => Factor is null ? x : Pointwise.Each(x.Length, t => Pointwise.Each(OutputSize, j => x[t][j] * Factor(Sequence, t, j)));
}
