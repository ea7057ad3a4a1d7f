using System.Numerics;
using static FastSeq.Cells.Pointwise;

namespace FastSeq.Cells;

/// <summary>The mean or the maximum of the rows of a sequence; zeros of an empty one. The first of equal maxima takes the gradient.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="pooling">Mean or maximum.</param>
/// <param name="size">The size of a row.</param>
/// <param name="everyStep">Whether each time step has the pooled rows so far, as in a stream.</param>
public sealed class PoolingLayer<T>(Pooling pooling, int size, bool everyStep) : ReferenceLayer<T>(size)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T[][] _x = [];

    /// <inheritdoc/>
    public override T[][] Forward(T[][] x)
    {
        _x = x;
        return everyStep ? Each(x.Length, t => Pool(x[..(t + 1)])) : [Pool(x)];
    }

    /// <inheritdoc/>
    public override T[][] Backward(T[][] dy)
        => everyStep ? throw new NotSupportedException() : Each(_x.Length, t => Each(OutputSize, j => dy[0][j] * Share(t, j)));

    private T[] Pool(T[][] x) => Each(OutputSize, j => x.Length == 0 ? T.Zero
        : pooling == Pooling.Maximum ? x.Max(row => row[j])
        : x.Aggregate(T.Zero, (sum, row) => sum + row[j]) / T.CreateChecked(x.Length));

    private T Share(int t, int j) => pooling == Pooling.Mean
        ? T.One / T.CreateChecked(_x.Length)
        : Array.FindIndex(_x, row => row[j] == _x.Max(other => other[j])) == t ? T.One : T.Zero;
}
