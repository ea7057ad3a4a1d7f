using System.Numerics;
using static FastSeq.Cells.Pointwise;

namespace FastSeq.Cells;

/// <summary>An activation: y = f(x), element by element (the softmax: row by row).</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="activation">f.</param>
/// <param name="size">The size of a row.</param>
public sealed class ActivationLayer<T>(Activation activation, int size) : ReferenceLayer<T>(size)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T[][] _x = [], _y = [];

    /// <inheritdoc/>
    public override T[][] Forward(T[][] x)
    {
        _x = x;
        _y = Each(x.Length, t => activation == Activation.Softmax ? Softmax(x[t]) : Each(OutputSize, j => activation switch
        {
            Activation.Relu => Relu(x[t][j]),
            Activation.Tanh => T.Tanh(x[t][j]),
            Activation.Sigmoid => Sigmoid(x[t][j]),
            Activation.Gelu => x[t][j] * NormalDistribution(x[t][j]),
            _ => Half(T.One) * x[t][j] * (T.One + T.Tanh(GeluArgument(x[t][j]))),
        }));
        return _y;
    }

    /// <inheritdoc/>
    public override T[][] Backward(T[][] dy)
        => Each(dy.Length, t => activation == Activation.Softmax ? SoftmaxBackward(_y[t], dy[t]) : Each(OutputSize, j => dy[t][j] * activation switch
        {
            Activation.Relu => ReluSlope(_y[t][j]),
            Activation.Tanh => TanhSlope(_y[t][j]),
            Activation.Sigmoid => SigmoidSlope(_y[t][j]),
            Activation.Gelu => NormalDistribution(_x[t][j]) + (_x[t][j] * NormalDensity(_x[t][j])),
            _ => GeluTanhSlope(_x[t][j]),
        }));

    private static T Half(T x) => x * T.CreateChecked(0.5);

    /// <summary>√(2/π)·(x + 0.044715·x³).</summary>
    private static T GeluArgument(T x) => T.Sqrt(T.CreateChecked(2) / T.Pi) * (x + (T.CreateChecked(0.044715) * x * x * x));

    /// <summary>d/dx of x·(1 + tanh(u)) / 2: (1 + tanh(u)) / 2 + x·(1 - tanh(u)²)·u' / 2.</summary>
    private static T GeluTanhSlope(T x)
    {
        T tanh = T.Tanh(GeluArgument(x)), du = T.Sqrt(T.CreateChecked(2) / T.Pi) * (T.One + (T.CreateChecked(3 * 0.044715) * x * x));
        return Half(T.One + tanh) + Half(x * TanhSlope(tanh) * du);
    }

    private static T[] Softmax(T[] x)
    {
        T[] e = Each(x.Length, j => T.Exp(x[j] - x.Max()));
        T sum = e.Aggregate(T.Zero, (total, one) => total + one);
        return Each(x.Length, j => e[j] / sum);
    }

    /// <summary>dx_j = Σ_k dy_k·dy_k/dx_j = y_j·(dy_j - Σ_k y_k·dy_k).</summary>
    private static T[] SoftmaxBackward(T[] y, T[] dy)
    {
        T mean = y.Zip(dy, (a, b) => a * b).Aggregate(T.Zero, (total, one) => total + one);
        return Each(y.Length, j => y[j] * (dy[j] - mean));
    }
}
