using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Kernels;

// Every vector width has the same text but for the number of bits; a test holds them together.
public static partial class VectorMath
{
    /// <summary>e^x in each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        // x = n ln 2 + r; e^x = 2^n e^r.
        x = Vector512.MinNative(Vector512.Create(Single.ExpMax), Vector512.MaxNative(Vector512.Create(Single.ExpMin), x));
        Vector512<float> shifted = Vector512.MultiplyAddEstimate(x, Vector512.Create(Single.Log2E), Vector512.Create(Single.Round));
        Vector512<float> n = shifted - Vector512.Create(Single.Round);
        Vector512<float> r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-Single.Ln2High), x);
        r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-Single.Ln2Low), r);

        Vector512<float> p = Vector512.MultiplyAddEstimate(Vector512.Create(Single.E7), r, Vector512.Create(Single.E6));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Single.E5));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Single.E4));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Single.E3));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Single.E2));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1f));

        // 2^n in two factors, so that neither leaves the range of exponents: infinities and denormals come out right.
        Vector512<int> whole = shifted.AsInt32() - Vector512.Create(Single.Round).AsInt32();
        Vector512<int> half = whole >> 1;
        Vector512<float> scale1 = ((half + Vector512.Create(127)) << Single.ExponentShift).AsSingle();
        Vector512<float> scale2 = ((whole - half + Vector512.Create(127)) << Single.ExponentShift).AsSingle();
        return p * scale1 * scale2;
    }

    /// <summary>The natural logarithm of each lane: -infinity of 0, NaN of negative numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log(Vector512<float> x)
    {
        // x = 2^e (1 + f); log x = e ln 2 + log(1 + f). Denormals are scaled up first.
        Vector512<float> small = Vector512.LessThan(x, Vector512.Create(Single.MinNormal));
        Vector512<int> bits = Vector512.ConditionalSelect(small, x * Vector512.Create(Single.SubnormalScale), x).AsInt32() - Vector512.Create(Single.SqrtHalfBits);
        Vector512<float> e = Vector512.ConvertToSingle(bits >> Single.ExponentShift) - (small & Vector512.Create(Single.SubnormalExponent));
        Vector512<float> f = ((bits & Vector512.Create(Single.MantissaMask)) + Vector512.Create(Single.SqrtHalfBits)).AsSingle() - Vector512.Create(1f);

        Vector512<float> p = Vector512.MultiplyAddEstimate(Vector512.Create(Single.L10), f, Vector512.Create(Single.L9));
        p = Vector512.MultiplyAddEstimate(p, f, Vector512.Create(Single.L8));
        p = Vector512.MultiplyAddEstimate(p, f, Vector512.Create(Single.L7));
        p = Vector512.MultiplyAddEstimate(p, f, Vector512.Create(Single.L6));
        p = Vector512.MultiplyAddEstimate(p, f, Vector512.Create(Single.L5));
        p = Vector512.MultiplyAddEstimate(p, f, Vector512.Create(Single.L4));
        p = Vector512.MultiplyAddEstimate(p, f, Vector512.Create(Single.L3));
        Vector512<float> square = f * f;
        Vector512<float> tail = Vector512.MultiplyAddEstimate(p, f * square, e * Vector512.Create(Single.Ln2Low));
        tail = Vector512.MultiplyAddEstimate(square, Vector512.Create(-0.5f), tail);
        Vector512<float> result = Vector512.MultiplyAddEstimate(e, Vector512.Create(Single.Ln2High), f + tail);

        // 0 -> -infinity, infinity -> infinity, negative or NaN -> NaN.
        result = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<float>.Zero), Vector512.Create(float.NegativeInfinity), result);
        result = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512.Create(float.PositiveInfinity)), x, result);
        return Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, Vector512<float>.Zero), result, Vector512.Create(float.NaN));
    }

    /// <summary>The logistic function 1 / (1 + e^-x) of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x)
    {
        // -x = n ln 2 - r; sigmoid = 1 / (1 + 2^n e^-r).
        Vector512<float> given = x;
        x = BeforeLimits(x, Single.SigmoidMin, Single.SigmoidMax);
        Vector512<float> shifted = Vector512.MultiplyAddEstimate(x, Vector512.Create(-Single.Log2E), Vector512.Create(Single.RoundBiased));
        Vector512<float> r = Vector512.MultiplyAddEstimate(shifted - Vector512.Create(Single.RoundBiased), Vector512.Create(Single.Ln2), x);

        Vector512<float> square = Vector512.MultiplyAddEstimate(r, r, Vector512.Create(Single.SquareFloor));
        Vector512<float> p = Vector512.MultiplyAddEstimate(r, Vector512.Create(Single.S5), Vector512.Create(Single.S4));
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.MultiplyAddEstimate(r, Vector512.Create(Single.S3), Vector512.Create(Single.S2)));
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.Create(1f) - r);

        Vector512<float> scale = (shifted.AsInt32() << Single.ExponentShift).AsSingle();
        return AtLimits(Vector512.Create(1f) / Vector512.MultiplyAddEstimate(p, scale, Vector512.Create(1f)), given, Single.SigmoidMin, 0, Single.SigmoidMax, 1);
    }

    /// <summary>The hyperbolic tangent of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x)
    {
        // 2x = n ln 2 + 2r; tanh = (e^2x - 1) / (e^2x + 1), e^2x ± 1 = 2^n (e^2r - 1) + (2^n ± 1); exact near 0, where n = 0.
        Vector512<float> given = x;
        x = BeforeLimits(x, -Single.TanhMax, Single.TanhMax);
        Vector512<float> shifted = Vector512.MultiplyAddEstimate(x, Vector512.Create(Single.TwoLog2E), Vector512.Create(Single.RoundBiased));
        Vector512<float> r = Vector512.MultiplyAddEstimate(shifted - Vector512.Create(Single.RoundBiased), Vector512.Create(-Single.HalfLn2), x);

        Vector512<float> square = Vector512.MultiplyAddEstimate(r, r, Vector512.Create(Single.SquareFloor));
        Vector512<float> p = Vector512.MultiplyAddEstimate(r, Vector512.Create(Single.T6), Vector512.Create(Single.T5));
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.MultiplyAddEstimate(r, Vector512.Create(Single.T4), Vector512.Create(Single.T3)));
        p = Vector512.MultiplyAddEstimate(p, square, Vector512.MultiplyAddEstimate(r, Vector512.Create(Single.T2), Vector512.Create(2f)));

        Vector512<float> scale = (shifted.AsInt32() << Single.ExponentShift).AsSingle();
        Vector512<float> scaled = r * scale;
        Vector512<float> numerator = Vector512.MultiplyAddEstimate(p, scaled, scale - Vector512.Create(1f));
        Vector512<float> denominator = Vector512.MultiplyAddEstimate(p, scaled, scale + Vector512.Create(1f));
        return AtLimits(numerator / denominator, given, -Single.TanhMax, -1, Single.TanhMax, 1);
    }

    /// <summary>Each lane of x, but 0 where that of size is so small that it is on its way to denormal numbers; docs/numerics.md says why.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> FlushTiny(Vector512<float> x, Vector512<float> size) =>
        Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(size), Vector512.Create(Single.Tiny)), Vector512<float>.Zero, x);

    /// <summary>max(x, 0) of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Relu(Vector512<float> x) => Vector512.MaxNative(Vector512<float>.Zero, x);

    /// <summary>log(1 + e^x) of each lane: x far above 0, e^x far below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Softplus(Vector512<float> x)
    {
        // max(x, 0) + log(1 + e^-|x|); what 1 + e^-|x| lost in rounding is put back, so that e^x far below 0 is not.
        Vector512<float> small = Exp(-Vector512.Abs(x)), sum = Vector512.Create(1f) + small;
        return Vector512.MaxNative(Vector512<float>.Zero, x) + (Log(sum) + ((small - (sum - Vector512.Create(1f))) / sum));
    }

    /// <summary>e^x in each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Exp(Vector512<double> x)
    {
        x = Vector512.MinNative(Vector512.Create(Double.ExpMax), Vector512.MaxNative(Vector512.Create(Double.ExpMin), x));
        Vector512<double> shifted = Vector512.MultiplyAddEstimate(x, Vector512.Create(Double.Log2E), Vector512.Create(Double.Round));
        Vector512<double> n = shifted - Vector512.Create(Double.Round);
        Vector512<double> r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-Double.Ln2High), x);
        r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-Double.Ln2Low), r);
        Vector512<double> p = ExpPolynomial(r);

        // 2^n in two factors, as above. The half is taken by a logical shift: arithmetic ones of 64 bits are rare in hardware.
        Vector512<long> whole = shifted.AsInt64() - Vector512.Create(Double.Round).AsInt64();
        Vector512<long> half = ((whole + Vector512.Create(2048L)) >>> 1) - Vector512.Create(1024L);
        Vector512<double> scale1 = ((half + Vector512.Create(1023L)) << Double.ExponentShift).AsDouble();
        Vector512<double> scale2 = ((whole - half + Vector512.Create(1023L)) << Double.ExponentShift).AsDouble();
        return p * scale1 * scale2;
    }

    /// <summary>The natural logarithm of each lane: -infinity of 0, NaN of negative numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Log(Vector512<double> x)
    {
        Vector512<double> small = Vector512.LessThan(x, Vector512.Create(Double.MinNormal));
        Vector512<long> bits = Vector512.ConditionalSelect(small, x * Vector512.Create(Double.SubnormalScale), x).AsInt64() + Vector512.Create(Double.OneBits - Double.SqrtHalfBits);
        Vector512<double> biased = ((bits >>> Double.ExponentShift) | Vector512.Create(Double.TwoTo52).AsInt64()).AsDouble(); // 2^52 + e + 1023
        Vector512<double> e = biased - Vector512.Create(Double.TwoTo52 + 1023) - (small & Vector512.Create(Double.SubnormalExponent));
        Vector512<double> f = ((bits & Vector512.Create(Double.MantissaMask)) + Vector512.Create(Double.SqrtHalfBits)).AsDouble() - Vector512.Create(1.0);

        Vector512<double> s = f / (f + Vector512.Create(2.0));
        Vector512<double> z = s * s;
        Vector512<double> p = Vector512.MultiplyAddEstimate(Vector512.Create(Double.L7), z, Vector512.Create(Double.L6));
        p = Vector512.MultiplyAddEstimate(p, z, Vector512.Create(Double.L5));
        p = Vector512.MultiplyAddEstimate(p, z, Vector512.Create(Double.L4));
        p = Vector512.MultiplyAddEstimate(p, z, Vector512.Create(Double.L3));
        p = Vector512.MultiplyAddEstimate(p, z, Vector512.Create(Double.L2));
        p = Vector512.MultiplyAddEstimate(p, z, Vector512.Create(Double.L1));
        Vector512<double> halfSquare = f * f * Vector512.Create(0.5);
        Vector512<double> tail = Vector512.MultiplyAddEstimate(s, Vector512.MultiplyAddEstimate(p, z, halfSquare), e * Vector512.Create(Double.Ln2Low));
        Vector512<double> result = Vector512.MultiplyAddEstimate(e, Vector512.Create(Double.Ln2High), f - (halfSquare - tail));

        result = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<double>.Zero), Vector512.Create(double.NegativeInfinity), result);
        result = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512.Create(double.PositiveInfinity)), x, result);
        return Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, Vector512<double>.Zero), result, Vector512.Create(double.NaN));
    }

    /// <summary>The logistic function 1 / (1 + e^-x) of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Sigmoid(Vector512<double> x)
    {
        Vector512<double> given = x;
        x = BeforeLimits(x, Double.SigmoidMin, Double.SigmoidMax);
        Vector512<double> shifted = Vector512.MultiplyAddEstimate(x, Vector512.Create(-Double.Log2E), Vector512.Create(Double.RoundBiased));
        Vector512<double> n = shifted - Vector512.Create(Double.RoundBiased);
        Vector512<double> r = Vector512.MultiplyAddEstimate(n, Vector512.Create(Double.Ln2High), x);
        r = Vector512.MultiplyAddEstimate(n, Vector512.Create(Double.Ln2Low), r);
        Vector512<double> scale = (shifted.AsInt64() << Double.ExponentShift).AsDouble();
        return AtLimits(Vector512.Create(1.0) / Vector512.MultiplyAddEstimate(ExpPolynomial(-r), scale, Vector512.Create(1.0)), given, Double.SigmoidMin, 0, Double.SigmoidMax, 1);
    }

    /// <summary>The hyperbolic tangent of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Tanh(Vector512<double> x)
    {
        Vector512<double> given = x;
        x = BeforeLimits(x, -Double.TanhMax, Double.TanhMax);
        Vector512<double> shifted = Vector512.MultiplyAddEstimate(x, Vector512.Create(Double.TwoLog2E), Vector512.Create(Double.RoundBiased));
        Vector512<double> r = Vector512.MultiplyAddEstimate(shifted - Vector512.Create(Double.RoundBiased), Vector512.Create(-Double.HalfLn2), x);

        Vector512<double> p = Vector512.MultiplyAddEstimate(Vector512.Create(Double.T13), r, Vector512.Create(Double.T12));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Double.T11));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Double.T10));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Double.T9));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Double.T8));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Double.T7));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Double.T6));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Double.T5));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Double.T4));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Double.T3));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(2.0));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(2.0));

        Vector512<double> scale = (shifted.AsInt64() << Double.ExponentShift).AsDouble();
        Vector512<double> scaled = r * scale;
        Vector512<double> numerator = Vector512.MultiplyAddEstimate(p, scaled, scale - Vector512.Create(1.0));
        Vector512<double> denominator = Vector512.MultiplyAddEstimate(p, scaled, scale + Vector512.Create(1.0));
        return AtLimits(numerator / denominator, given, -Double.TanhMax, -1, Double.TanhMax, 1);
    }

    /// <summary>Each lane of x, but 0 where that of size is so small that it is on its way to denormal numbers; docs/numerics.md says why.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> FlushTiny(Vector512<double> x, Vector512<double> size) =>
        Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(size), Vector512.Create(Double.Tiny)), Vector512<double>.Zero, x);

    /// <summary>max(x, 0) of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Relu(Vector512<double> x) => Vector512.MaxNative(Vector512<double>.Zero, x);

    /// <summary>log(1 + e^x) of each lane: x far above 0, e^x far below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Softplus(Vector512<double> x)
    {
        // max(x, 0) + log(1 + e^-|x|); what 1 + e^-|x| lost in rounding is put back, so that e^x far below 0 is not.
        Vector512<double> small = Exp(-Vector512.Abs(x)), sum = Vector512.Create(1.0) + small;
        return Vector512.MaxNative(Vector512<double>.Zero, x) + (Log(sum) + ((small - (sum - Vector512.Create(1.0))) / sum));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<double> ExpPolynomial(Vector512<double> r)
    {
        Vector512<double> p = Vector512.MultiplyAddEstimate(Vector512.Create(Double.E12), r, Vector512.Create(Double.E11));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Double.E10));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Double.E9));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Double.E8));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Double.E7));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Double.E6));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Double.E5));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Double.E4));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Double.E3));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(Double.E2));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.0));
        return Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.0));
    }
}
