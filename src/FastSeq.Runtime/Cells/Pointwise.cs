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

    /// <summary>The density of N(0, 1): exp(-x²/2) / √(2π).</summary>
    public static T NormalDensity<T>(T x)
        where T : IBinaryFloatingPointIeee754<T>
        => T.Exp(-x * x / T.CreateChecked(2)) / T.Sqrt(T.Tau);

    /// <summary>The distribution function of N(0, 1), (1 + erf(x/√2)) / 2, in double: by its series near 0, by the continued fraction of its tail farther out.</summary>
    public static T NormalDistribution<T>(T x)
        where T : IBinaryFloatingPointIeee754<T>
    {
        double value = double.CreateChecked(x), size = Math.Abs(value);
        if (size < 3)
        {
            // Φ(x) = 1/2 + φ(x)·(x + x³/3 + x⁵/(3·5) + ...)
            double term = value, sum = value;
            for (int k = 3; Math.Abs(term) > 1e-18 * Math.Abs(sum); k += 2)
            {
                term *= value * value / k;
                sum += term;
            }

            return T.CreateChecked(0.5 + (NormalDensity(value) * sum));
        }

        // 1 - Φ(a) = φ(a) / (a + 1/(a + 2/(a + 3/(a + ...))))
        double fraction = size;
        for (int k = 200; k > 0; k--)
        {
            fraction = size + (k / fraction);
        }

        double tail = NormalDensity(size) / fraction;
        return T.CreateChecked(value < 0 ? tail : 1 - tail);
    }

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
