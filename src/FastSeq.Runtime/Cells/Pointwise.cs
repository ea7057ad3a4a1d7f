using System.Numerics;

namespace FastSeq.Cells;

/// <summary>The functions of one number that cells and activations are made of.</summary>
internal static class Pointwise
{
    /// <summary>σ(x) = 1 / (1 + exp(-x)).</summary>
    public static T Sigmoid<T>(T x)
        where T : IBinaryFloatingPointIeee754<T>
        => T.One / (T.One + T.Exp(-x));

    /// <summary>dσ/dx, written by its value y = σ(x): y·(1 - y).</summary>
    public static T SigmoidSlope<T>(T y)
        where T : IBinaryFloatingPointIeee754<T>
        => y * (T.One - y);

    /// <summary>d tanh/dx, written by its value y = tanh(x): 1 - y².</summary>
    public static T TanhSlope<T>(T y)
        where T : IBinaryFloatingPointIeee754<T>
        => T.One - (y * y);

    /// <summary>max(0, x); not a number stays so.</summary>
    public static T Relu<T>(T x)
        where T : IBinaryFloatingPointIeee754<T>
        => x <= T.Zero ? T.Zero : x;

    /// <summary>d relu/dx, written by its value: 1 where positive, 0 elsewhere.</summary>
    public static T ReluSlope<T>(T y)
        where T : IBinaryFloatingPointIeee754<T>
        => y > T.Zero ? T.One : T.Zero;

    /// <summary>The vector with element j = f(j).</summary>
    public static T[] Each<T>(int count, Func<int, T> f)
    {
        var y = new T[count];
        for (int j = 0; j < count; j++)
        {
            y[j] = f(j);
        }

        return y;
    }

    /// <summary>a + b.</summary>
    public static T[] Add<T>(T[] a, T[] b)
        where T : IBinaryFloatingPointIeee754<T>
        => Each(a.Length, j => a[j] + b[j]);
}
