using System.Numerics;

namespace FastSeq.Cells;

/// <summary>An activation of a cell with its numbers, from its definition.</summary>
/// <param name="Kind">The function.</param>
/// <param name="Alpha">Its α, where it has one.</param>
/// <param name="Beta">Its β, where it has one.</param>
public sealed record CellFunction(RnnActivation Kind, double Alpha = 0, double Beta = 0)
{
    /// <summary>f(x).</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="x">The argument.</param>
    /// <returns>The value.</returns>
    public T Value<T>(T x)
        where T : IBinaryFloatingPointIeee754<T>
    {
        T alpha = T.CreateChecked(Alpha), beta = T.CreateChecked(Beta);
        return Kind switch
        {
            RnnActivation.Tanh => T.Tanh(x),
            RnnActivation.Relu => Pointwise.Relu(x),
            RnnActivation.Sigmoid => Pointwise.Sigmoid(x),
            RnnActivation.HardSigmoid => T.Clamp((alpha * x) + beta, T.Zero, T.One),
            RnnActivation.Affine => (alpha * x) + beta,
            RnnActivation.LeakyRelu => x > T.Zero ? x : alpha * x,
            RnnActivation.ThresholdedRelu => x < alpha ? T.Zero : x,
            RnnActivation.ScaledTanh => alpha * T.Tanh(beta * x),
            RnnActivation.Elu => x > T.Zero ? x : alpha * T.ExpM1(x),
            RnnActivation.Softsign => x / (T.One + T.Abs(x)),
            _ => Softplus(x),
        };
    }

    /// <summary>df/dx; at a corner that of the side which PyTorch takes.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="x">The argument.</param>
    /// <returns>The slope.</returns>
    public T Slope<T>(T x)
        where T : IBinaryFloatingPointIeee754<T>
    {
        T alpha = T.CreateChecked(Alpha), beta = T.CreateChecked(Beta);
        switch (Kind)
        {
            case RnnActivation.Tanh:
                return Pointwise.TanhSlope(T.Tanh(x));
            case RnnActivation.Relu:
                return x > T.Zero ? T.One : T.Zero;
            case RnnActivation.Sigmoid:
                return Pointwise.SigmoidSlope(Pointwise.Sigmoid(x));
            case RnnActivation.HardSigmoid:
                T line = (alpha * x) + beta;
                return line >= T.Zero && line <= T.One ? alpha : T.Zero;
            case RnnActivation.Affine:
                return alpha;
            case RnnActivation.LeakyRelu:
                return x > T.Zero ? T.One : alpha;
            case RnnActivation.ThresholdedRelu:
                return x < alpha ? T.Zero : T.One;
            case RnnActivation.ScaledTanh:
                return alpha * beta * Pointwise.TanhSlope(T.Tanh(beta * x));
            case RnnActivation.Elu:
                return x > T.Zero ? T.One : alpha * T.Exp(x);
            case RnnActivation.Softsign:
                T below = T.One + T.Abs(x);
                return T.One / (below * below);
            default:
                return Pointwise.Sigmoid(x);
        }
    }

    /// <summary>log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), the logarithm as 2·atanh(e / (2 + e)), which loses nothing of a small e. (LogP1 of .NET does.)</summary>
    private static T Softplus<T>(T x)
        where T : IBinaryFloatingPointIeee754<T>
    {
        T two = T.One + T.One, e = T.Exp(-T.Abs(x));
        return T.Max(T.Zero, x) + (two * T.Atanh(e / (two + e)));
    }
}
