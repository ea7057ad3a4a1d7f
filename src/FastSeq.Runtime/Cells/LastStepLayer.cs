using System.Numerics;

namespace FastSeq.Cells;

/// <summary>Keeps the last row of a sequence; zeros (the initial state) of an empty one.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="size">The size of a row.</param>
public sealed class LastStepLayer<T>(int size) : ReferenceLayer<T>(size)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int _timeSteps;

    /// <inheritdoc/>
    public override T[][] Forward(T[][] x)
    {
        _timeSteps = x.Length;
        return [x.Length == 0 ? new T[OutputSize] : x[^1]];
    }

    /// <inheritdoc/>
    public override T[][] Backward(T[][] dy)
        => Pointwise.Each(_timeSteps, t => t == _timeSteps - 1 ? dy[0] : new T[OutputSize]);
}
