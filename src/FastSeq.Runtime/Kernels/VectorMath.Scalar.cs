using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

// Single numbers: the same operations in the same order as the vectors.
public static partial class VectorMath
{
    /// <summary>e^x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Exp(float x)
    {
        // x = n ln 2 + r; e^x = 2^n e^r.
        x = float.MinNative(Single.ExpMax, float.MaxNative(Single.ExpMin, x));
        float shifted = float.MultiplyAddEstimate(x, Single.Log2E, Single.Round);
        float n = shifted - Single.Round;
        float r = float.MultiplyAddEstimate(n, -Single.Ln2High, x);
        r = float.MultiplyAddEstimate(n, -Single.Ln2Low, r);

        float p = float.MultiplyAddEstimate(Single.E7, r, Single.E6);
        p = float.MultiplyAddEstimate(p, r, Single.E5);
        p = float.MultiplyAddEstimate(p, r, Single.E4);
        p = float.MultiplyAddEstimate(p, r, Single.E3);
        p = float.MultiplyAddEstimate(p, r, Single.E2);
        p = float.MultiplyAddEstimate(p, r, 1f);
        p = float.MultiplyAddEstimate(p, r, 1f);

        // 2^n in two factors, so that neither leaves the range of exponents: infinities and denormals come out right.
        int whole = shifted.AsInt32() - Single.Round.AsInt32();
        int half = whole >> 1;
        float scale1 = ((half + 127) << Single.ExponentShift).AsSingle();
        float scale2 = ((whole - half + 127) << Single.ExponentShift).AsSingle();
        return p * scale1 * scale2;
    }

    /// <summary>The natural logarithm: -infinity of 0, NaN of negative numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Log(float x)
    {
        // x = 2^e (1 + f); log x = e ln 2 + log(1 + f). Denormals are scaled up first.
        bool small = x < Single.MinNormal;
        int bits = (small ? x * Single.SubnormalScale : x).AsInt32() - Single.SqrtHalfBits;
        float e = (bits >> Single.ExponentShift) - (small ? Single.SubnormalExponent : 0);
        float f = ((bits & Single.MantissaMask) + Single.SqrtHalfBits).AsSingle() - 1f;

        float p = float.MultiplyAddEstimate(Single.L10, f, Single.L9);
        p = float.MultiplyAddEstimate(p, f, Single.L8);
        p = float.MultiplyAddEstimate(p, f, Single.L7);
        p = float.MultiplyAddEstimate(p, f, Single.L6);
        p = float.MultiplyAddEstimate(p, f, Single.L5);
        p = float.MultiplyAddEstimate(p, f, Single.L4);
        p = float.MultiplyAddEstimate(p, f, Single.L3);
        float square = f * f;
        float tail = float.MultiplyAddEstimate(p, f * square, e * Single.Ln2Low);
        tail = float.MultiplyAddEstimate(square, -0.5f, tail);
        float result = float.MultiplyAddEstimate(e, Single.Ln2High, f + tail);

        // 0 -> -infinity, infinity -> infinity, negative or NaN -> NaN.
        result = x == 0 ? float.NegativeInfinity : result;
        result = x == float.PositiveInfinity ? x : result;
        return x >= 0 ? result : float.NaN;
    }

    /// <summary>The logistic function 1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sigmoid(float x)
    {
        // -x = n ln 2 - r; sigmoid = 1 / (1 + 2^n e^-r).
        x = float.MinNative(Single.SigmoidMax, float.MaxNative(Single.SigmoidMin, x));
        float shifted = float.MultiplyAddEstimate(x, -Single.Log2E, Single.RoundBiased);
        float r = float.MultiplyAddEstimate(shifted - Single.RoundBiased, Single.Ln2, x);

        float square = float.MultiplyAddEstimate(r, r, Single.SquareFloor);
        float p = float.MultiplyAddEstimate(r, Single.S5, Single.S4);
        p = float.MultiplyAddEstimate(p, square, float.MultiplyAddEstimate(r, Single.S3, Single.S2));
        p = float.MultiplyAddEstimate(p, square, 1f - r);

        float scale = (shifted.AsInt32() << Single.ExponentShift).AsSingle();
        return 1f / float.MultiplyAddEstimate(p, scale, 1f);
    }

    /// <summary>The hyperbolic tangent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Tanh(float x)
    {
        // 2x = n ln 2 + 2r; tanh = (e^2x - 1) / (e^2x + 1), e^2x ± 1 = 2^n (e^2r - 1) + (2^n ± 1); exact near 0, where n = 0.
        x = float.MinNative(Single.TanhMax, float.MaxNative(-Single.TanhMax, x));
        float shifted = float.MultiplyAddEstimate(x, Single.TwoLog2E, Single.RoundBiased);
        float r = float.MultiplyAddEstimate(shifted - Single.RoundBiased, -Single.HalfLn2, x);

        float square = float.MultiplyAddEstimate(r, r, Single.SquareFloor);
        float p = float.MultiplyAddEstimate(r, Single.T6, Single.T5);
        p = float.MultiplyAddEstimate(p, square, float.MultiplyAddEstimate(r, Single.T4, Single.T3));
        p = float.MultiplyAddEstimate(p, square, float.MultiplyAddEstimate(r, Single.T2, 2f));

        float scale = (shifted.AsInt32() << Single.ExponentShift).AsSingle();
        float scaled = r * scale;
        return float.MultiplyAddEstimate(p, scaled, scale - 1f) / float.MultiplyAddEstimate(p, scaled, scale + 1f);
    }

    /// <summary>The number x, but 0 where size is so small that it is on its way to denormal numbers; docs/numerics.md says why.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FlushTiny(float x, float size) => float.Abs(size) < Single.Tiny ? 0 : x;

    /// <summary>max(x, 0).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Relu(float x) => float.MaxNative(0, x);

    /// <summary>log(1 + e^x): x far above 0, e^x far below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Softplus(float x)
    {
        // max(x, 0) + log(1 + e^-|x|); what 1 + e^-|x| lost in rounding is put back, so that e^x far below 0 is not.
        float small = Exp(-float.Abs(x)), sum = 1f + small;
        return float.MaxNative(0, x) + (Log(sum) + ((small - (sum - 1f)) / sum));
    }

    /// <summary>e^x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Exp(double x)
    {
        x = double.MinNative(Double.ExpMax, double.MaxNative(Double.ExpMin, x));
        double shifted = double.MultiplyAddEstimate(x, Double.Log2E, Double.Round);
        double n = shifted - Double.Round;
        double r = double.MultiplyAddEstimate(n, -Double.Ln2High, x);
        r = double.MultiplyAddEstimate(n, -Double.Ln2Low, r);
        double p = ExpPolynomial(r);

        // 2^n in two factors, as above.
        long whole = shifted.AsInt64() - Double.Round.AsInt64();
        long half = ((whole + 2048L) >>> 1) - 1024L;
        double scale1 = ((half + 1023L) << Double.ExponentShift).AsDouble();
        double scale2 = ((whole - half + 1023L) << Double.ExponentShift).AsDouble();
        return p * scale1 * scale2;
    }

    /// <summary>The natural logarithm: -infinity of 0, NaN of negative numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Log(double x)
    {
        bool small = x < Double.MinNormal;
        long bits = (small ? x * Double.SubnormalScale : x).AsInt64() + (Double.OneBits - Double.SqrtHalfBits);
        double biased = ((bits >>> Double.ExponentShift) | Double.TwoTo52.AsInt64()).AsDouble(); // 2^52 + e + 1023
        double e = biased - (Double.TwoTo52 + 1023) - (small ? Double.SubnormalExponent : 0);
        double f = ((bits & Double.MantissaMask) + Double.SqrtHalfBits).AsDouble() - 1.0;

        double s = f / (f + 2.0);
        double z = s * s;
        double p = double.MultiplyAddEstimate(Double.L7, z, Double.L6);
        p = double.MultiplyAddEstimate(p, z, Double.L5);
        p = double.MultiplyAddEstimate(p, z, Double.L4);
        p = double.MultiplyAddEstimate(p, z, Double.L3);
        p = double.MultiplyAddEstimate(p, z, Double.L2);
        p = double.MultiplyAddEstimate(p, z, Double.L1);
        double halfSquare = f * f * 0.5;
        double tail = double.MultiplyAddEstimate(s, double.MultiplyAddEstimate(p, z, halfSquare), e * Double.Ln2Low);
        double result = double.MultiplyAddEstimate(e, Double.Ln2High, f - (halfSquare - tail));

        result = x == 0 ? double.NegativeInfinity : result;
        result = x == double.PositiveInfinity ? x : result;
        return x >= 0 ? result : double.NaN;
    }

    /// <summary>The logistic function 1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sigmoid(double x)
    {
        x = double.MinNative(Double.SigmoidMax, double.MaxNative(Double.SigmoidMin, x));
        double shifted = double.MultiplyAddEstimate(x, -Double.Log2E, Double.RoundBiased);
        double n = shifted - Double.RoundBiased;
        double r = double.MultiplyAddEstimate(n, Double.Ln2High, x);
        r = double.MultiplyAddEstimate(n, Double.Ln2Low, r);
        double scale = (shifted.AsInt64() << Double.ExponentShift).AsDouble();
        return 1.0 / double.MultiplyAddEstimate(ExpPolynomial(-r), scale, 1.0);
    }

    /// <summary>The hyperbolic tangent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Tanh(double x)
    {
        x = double.MinNative(Double.TanhMax, double.MaxNative(-Double.TanhMax, x));
        double shifted = double.MultiplyAddEstimate(x, Double.TwoLog2E, Double.RoundBiased);
        double r = double.MultiplyAddEstimate(shifted - Double.RoundBiased, -Double.HalfLn2, x);

        double p = double.MultiplyAddEstimate(Double.T13, r, Double.T12);
        p = double.MultiplyAddEstimate(p, r, Double.T11);
        p = double.MultiplyAddEstimate(p, r, Double.T10);
        p = double.MultiplyAddEstimate(p, r, Double.T9);
        p = double.MultiplyAddEstimate(p, r, Double.T8);
        p = double.MultiplyAddEstimate(p, r, Double.T7);
        p = double.MultiplyAddEstimate(p, r, Double.T6);
        p = double.MultiplyAddEstimate(p, r, Double.T5);
        p = double.MultiplyAddEstimate(p, r, Double.T4);
        p = double.MultiplyAddEstimate(p, r, Double.T3);
        p = double.MultiplyAddEstimate(p, r, 2.0);
        p = double.MultiplyAddEstimate(p, r, 2.0);

        double scale = (shifted.AsInt64() << Double.ExponentShift).AsDouble();
        double scaled = r * scale;
        return double.MultiplyAddEstimate(p, scaled, scale - 1.0) / double.MultiplyAddEstimate(p, scaled, scale + 1.0);
    }

    /// <summary>The number x, but 0 where size is so small that it is on its way to denormal numbers; docs/numerics.md says why.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double FlushTiny(double x, double size) => double.Abs(size) < Double.Tiny ? 0 : x;

    /// <summary>max(x, 0).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Relu(double x) => double.MaxNative(0, x);

    /// <summary>log(1 + e^x): x far above 0, e^x far below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Softplus(double x)
    {
        // max(x, 0) + log(1 + e^-|x|); what 1 + e^-|x| lost in rounding is put back, so that e^x far below 0 is not.
        double small = Exp(-double.Abs(x)), sum = 1.0 + small;
        return double.MaxNative(0, x) + (Log(sum) + ((small - (sum - 1.0)) / sum));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static double ExpPolynomial(double r)
    {
        double p = double.MultiplyAddEstimate(Double.E12, r, Double.E11);
        p = double.MultiplyAddEstimate(p, r, Double.E10);
        p = double.MultiplyAddEstimate(p, r, Double.E9);
        p = double.MultiplyAddEstimate(p, r, Double.E8);
        p = double.MultiplyAddEstimate(p, r, Double.E7);
        p = double.MultiplyAddEstimate(p, r, Double.E6);
        p = double.MultiplyAddEstimate(p, r, Double.E5);
        p = double.MultiplyAddEstimate(p, r, Double.E4);
        p = double.MultiplyAddEstimate(p, r, Double.E3);
        p = double.MultiplyAddEstimate(p, r, Double.E2);
        p = double.MultiplyAddEstimate(p, r, 1.0);
        return double.MultiplyAddEstimate(p, r, 1.0);
    }

    static int AsInt32(this float x) => BitConverter.SingleToInt32Bits(x);

    static float AsSingle(this int x) => BitConverter.Int32BitsToSingle(x);

    static long AsInt64(this double x) => BitConverter.DoubleToInt64Bits(x);

    static double AsDouble(this long x) => BitConverter.Int64BitsToDouble(x);
}
