using System.Numerics;
using static FastSeq.Cells.Pointwise;

namespace FastSeq.Cells;

/// <summary>An activation: y = f(x), element by element.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="activation">f.</param>
/// <param name="size">The size of a row.</param>
public sealed class ActivationLayer<T>(Activation activation, int size) : ReferenceLayer<T>(size)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T[][] _y = [];

    /// <inheritdoc/>
    public override T[][] Forward(T[][] x)
        => _y = Each(x.Length, t => Each(OutputSize, j => activation switch
        {
            Activation.Relu => Relu(x[t][j]),
            Activation.Tanh => T.Tanh(x[t][j]),
            _ => Sigmoid(x[t][j]),
        }));

    /// <inheritdoc/>
    public override T[][] Backward(T[][] dy)
        => Each(dy.Length, t => Each(OutputSize, j => dy[t][j] * activation switch
        {
            Activation.Relu => ReluSlope(_y[t][j]),
            Activation.Tanh => TanhSlope(_y[t][j]),
            _ => SigmoidSlope(_y[t][j]),
        }));
}
