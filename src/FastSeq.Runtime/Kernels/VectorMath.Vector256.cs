using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Kernels;

// Every vector width has the same text but for the number of bits; a test holds them together.
public static partial class VectorMath
{
    /// <summary>e^x in each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        // x = n ln 2 + r; e^x = 2^n e^r.
        x = Vector256.MinNative(Vector256.Create(Single.ExpMax), Vector256.MaxNative(Vector256.Create(Single.ExpMin), x));
        Vector256<float> shifted = Vector256.MultiplyAddEstimate(x, Vector256.Create(Single.Log2E), Vector256.Create(Single.Round));
        Vector256<float> n = shifted - Vector256.Create(Single.Round);
        Vector256<float> r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-Single.Ln2High), x);
        r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-Single.Ln2Low), r);

        Vector256<float> p = Vector256.MultiplyAddEstimate(Vector256.Create(Single.E7), r, Vector256.Create(Single.E6));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Single.E5));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Single.E4));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Single.E3));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Single.E2));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1f));

        // 2^n in two factors, so that neither leaves the range of exponents: infinities and denormals come out right.
        Vector256<int> whole = shifted.AsInt32() - Vector256.Create(Single.Round).AsInt32();
        Vector256<int> half = whole >> 1;
        Vector256<float> scale1 = ((half + Vector256.Create(127)) << Single.ExponentShift).AsSingle();
        Vector256<float> scale2 = ((whole - half + Vector256.Create(127)) << Single.ExponentShift).AsSingle();
        return p * scale1 * scale2;
    }

    /// <summary>The natural logarithm of each lane: -infinity of 0, NaN of negative numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Log(Vector256<float> x)
    {
        // x = 2^e (1 + f); log x = e ln 2 + log(1 + f). Denormals are scaled up first.
        Vector256<float> small = Vector256.LessThan(x, Vector256.Create(Single.MinNormal));
        Vector256<int> bits = Vector256.ConditionalSelect(small, x * Vector256.Create(Single.SubnormalScale), x).AsInt32() - Vector256.Create(Single.SqrtHalfBits);
        Vector256<float> e = Vector256.ConvertToSingle(bits >> Single.ExponentShift) - (small & Vector256.Create(Single.SubnormalExponent));
        Vector256<float> f = ((bits & Vector256.Create(Single.MantissaMask)) + Vector256.Create(Single.SqrtHalfBits)).AsSingle() - Vector256.Create(1f);

        Vector256<float> p = Vector256.MultiplyAddEstimate(Vector256.Create(Single.L10), f, Vector256.Create(Single.L9));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(Single.L8));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(Single.L7));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(Single.L6));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(Single.L5));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(Single.L4));
        p = Vector256.MultiplyAddEstimate(p, f, Vector256.Create(Single.L3));
        Vector256<float> square = f * f;
        Vector256<float> tail = Vector256.MultiplyAddEstimate(p, f * square, e * Vector256.Create(Single.Ln2Low));
        tail = Vector256.MultiplyAddEstimate(square, Vector256.Create(-0.5f), tail);
        Vector256<float> result = Vector256.MultiplyAddEstimate(e, Vector256.Create(Single.Ln2High), f + tail);

        // 0 -> -infinity, infinity -> infinity, negative or NaN -> NaN.
        result = Vector256.ConditionalSelect(Vector256.Equals(x, Vector256<float>.Zero), Vector256.Create(float.NegativeInfinity), result);
        result = Vector256.ConditionalSelect(Vector256.Equals(x, Vector256.Create(float.PositiveInfinity)), x, result);
        return Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(x, Vector256<float>.Zero), result, Vector256.Create(float.NaN));
    }

    /// <summary>The logistic function 1 / (1 + e^-x) of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sigmoid(Vector256<float> x)
    {
        // -x = n ln 2 - r; sigmoid = 1 / (1 + 2^n e^-r).
        Vector256<float> given = x;
        x = BeforeLimits(x, Single.SigmoidMin, Single.SigmoidMax);
        Vector256<float> shifted = Vector256.MultiplyAddEstimate(x, Vector256.Create(-Single.Log2E), Vector256.Create(Single.RoundBiased));
        Vector256<float> r = Vector256.MultiplyAddEstimate(shifted - Vector256.Create(Single.RoundBiased), Vector256.Create(Single.Ln2), x);

        Vector256<float> square = Vector256.MultiplyAddEstimate(r, r, Vector256.Create(Single.SquareFloor));
        Vector256<float> p = Vector256.MultiplyAddEstimate(r, Vector256.Create(Single.S5), Vector256.Create(Single.S4));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.MultiplyAddEstimate(r, Vector256.Create(Single.S3), Vector256.Create(Single.S2)));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.Create(1f) - r);

        Vector256<float> scale = (shifted.AsInt32() << Single.ExponentShift).AsSingle();
        return AtLimits(Vector256.Create(1f) / Vector256.MultiplyAddEstimate(p, scale, Vector256.Create(1f)), given, Single.SigmoidMin, 0, Single.SigmoidMax, 1);
    }

    /// <summary>The hyperbolic tangent of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Tanh(Vector256<float> x)
    {
        // 2x = n ln 2 + 2r; tanh = (e^2x - 1) / (e^2x + 1), e^2x ± 1 = 2^n (e^2r - 1) + (2^n ± 1); exact near 0, where n = 0.
        Vector256<float> given = x;
        x = BeforeLimits(x, -Single.TanhMax, Single.TanhMax);
        Vector256<float> shifted = Vector256.MultiplyAddEstimate(x, Vector256.Create(Single.TwoLog2E), Vector256.Create(Single.RoundBiased));
        Vector256<float> r = Vector256.MultiplyAddEstimate(shifted - Vector256.Create(Single.RoundBiased), Vector256.Create(-Single.HalfLn2), x);

        Vector256<float> square = Vector256.MultiplyAddEstimate(r, r, Vector256.Create(Single.SquareFloor));
        Vector256<float> p = Vector256.MultiplyAddEstimate(r, Vector256.Create(Single.T6), Vector256.Create(Single.T5));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.MultiplyAddEstimate(r, Vector256.Create(Single.T4), Vector256.Create(Single.T3)));
        p = Vector256.MultiplyAddEstimate(p, square, Vector256.MultiplyAddEstimate(r, Vector256.Create(Single.T2), Vector256.Create(2f)));

        Vector256<float> scale = (shifted.AsInt32() << Single.ExponentShift).AsSingle();
        Vector256<float> scaled = r * scale;
        Vector256<float> numerator = Vector256.MultiplyAddEstimate(p, scaled, scale - Vector256.Create(1f));
        Vector256<float> denominator = Vector256.MultiplyAddEstimate(p, scaled, scale + Vector256.Create(1f));
        return AtLimits(numerator / denominator, given, -Single.TanhMax, -1, Single.TanhMax, 1);
    }

    /// <summary>Each lane of x, but 0 where that of size is so small that it is on its way to denormal numbers; docs/numerics.md says why.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> FlushTiny(Vector256<float> x, Vector256<float> size) =>
        Vector256.ConditionalSelect(Vector256.LessThan(Vector256.Abs(size), Vector256.Create(Single.Tiny)), Vector256<float>.Zero, x);

    /// <summary>max(x, 0) of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Relu(Vector256<float> x) => Vector256.MaxNative(Vector256<float>.Zero, x);

    /// <summary>log(1 + e^x) of each lane: x far above 0, e^x far below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Softplus(Vector256<float> x)
    {
        // max(x, 0) + log(1 + e^-|x|); what 1 + e^-|x| lost in rounding is put back, so that e^x far below 0 is not.
        Vector256<float> small = Exp(-Vector256.Abs(x)), sum = Vector256.Create(1f) + small;
        return Vector256.MaxNative(Vector256<float>.Zero, x) + (Log(sum) + ((small - (sum - Vector256.Create(1f))) / sum));
    }

    /// <summary>e^x in each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Exp(Vector256<double> x)
    {
        x = Vector256.MinNative(Vector256.Create(Double.ExpMax), Vector256.MaxNative(Vector256.Create(Double.ExpMin), x));
        Vector256<double> shifted = Vector256.MultiplyAddEstimate(x, Vector256.Create(Double.Log2E), Vector256.Create(Double.Round));
        Vector256<double> n = shifted - Vector256.Create(Double.Round);
        Vector256<double> r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-Double.Ln2High), x);
        r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-Double.Ln2Low), r);
        Vector256<double> p = ExpPolynomial(r);

        // 2^n in two factors, as above. The half is taken by a logical shift: arithmetic ones of 64 bits are rare in hardware.
        Vector256<long> whole = shifted.AsInt64() - Vector256.Create(Double.Round).AsInt64();
        Vector256<long> half = ((whole + Vector256.Create(2048L)) >>> 1) - Vector256.Create(1024L);
        Vector256<double> scale1 = ((half + Vector256.Create(1023L)) << Double.ExponentShift).AsDouble();
        Vector256<double> scale2 = ((whole - half + Vector256.Create(1023L)) << Double.ExponentShift).AsDouble();
        return p * scale1 * scale2;
    }

    /// <summary>The natural logarithm of each lane: -infinity of 0, NaN of negative numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Log(Vector256<double> x)
    {
        Vector256<double> small = Vector256.LessThan(x, Vector256.Create(Double.MinNormal));
        Vector256<long> bits = Vector256.ConditionalSelect(small, x * Vector256.Create(Double.SubnormalScale), x).AsInt64() + Vector256.Create(Double.OneBits - Double.SqrtHalfBits);
        Vector256<double> biased = ((bits >>> Double.ExponentShift) | Vector256.Create(Double.TwoTo52).AsInt64()).AsDouble(); // 2^52 + e + 1023
        Vector256<double> e = biased - Vector256.Create(Double.TwoTo52 + 1023) - (small & Vector256.Create(Double.SubnormalExponent));
        Vector256<double> f = ((bits & Vector256.Create(Double.MantissaMask)) + Vector256.Create(Double.SqrtHalfBits)).AsDouble() - Vector256.Create(1.0);

        Vector256<double> s = f / (f + Vector256.Create(2.0));
        Vector256<double> z = s * s;
        Vector256<double> p = Vector256.MultiplyAddEstimate(Vector256.Create(Double.L7), z, Vector256.Create(Double.L6));
        p = Vector256.MultiplyAddEstimate(p, z, Vector256.Create(Double.L5));
        p = Vector256.MultiplyAddEstimate(p, z, Vector256.Create(Double.L4));
        p = Vector256.MultiplyAddEstimate(p, z, Vector256.Create(Double.L3));
        p = Vector256.MultiplyAddEstimate(p, z, Vector256.Create(Double.L2));
        p = Vector256.MultiplyAddEstimate(p, z, Vector256.Create(Double.L1));
        Vector256<double> halfSquare = f * f * Vector256.Create(0.5);
        Vector256<double> tail = Vector256.MultiplyAddEstimate(s, Vector256.MultiplyAddEstimate(p, z, halfSquare), e * Vector256.Create(Double.Ln2Low));
        Vector256<double> result = Vector256.MultiplyAddEstimate(e, Vector256.Create(Double.Ln2High), f - (halfSquare - tail));

        result = Vector256.ConditionalSelect(Vector256.Equals(x, Vector256<double>.Zero), Vector256.Create(double.NegativeInfinity), result);
        result = Vector256.ConditionalSelect(Vector256.Equals(x, Vector256.Create(double.PositiveInfinity)), x, result);
        return Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(x, Vector256<double>.Zero), result, Vector256.Create(double.NaN));
    }

    /// <summary>The logistic function 1 / (1 + e^-x) of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Sigmoid(Vector256<double> x)
    {
        Vector256<double> given = x;
        x = BeforeLimits(x, Double.SigmoidMin, Double.SigmoidMax);
        Vector256<double> shifted = Vector256.MultiplyAddEstimate(x, Vector256.Create(-Double.Log2E), Vector256.Create(Double.RoundBiased));
        Vector256<double> n = shifted - Vector256.Create(Double.RoundBiased);
        Vector256<double> r = Vector256.MultiplyAddEstimate(n, Vector256.Create(Double.Ln2High), x);
        r = Vector256.MultiplyAddEstimate(n, Vector256.Create(Double.Ln2Low), r);
        Vector256<double> scale = (shifted.AsInt64() << Double.ExponentShift).AsDouble();
        return AtLimits(Vector256.Create(1.0) / Vector256.MultiplyAddEstimate(ExpPolynomial(-r), scale, Vector256.Create(1.0)), given, Double.SigmoidMin, 0, Double.SigmoidMax, 1);
    }

    /// <summary>The hyperbolic tangent of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Tanh(Vector256<double> x)
    {
        Vector256<double> given = x;
        x = BeforeLimits(x, -Double.TanhMax, Double.TanhMax);
        Vector256<double> shifted = Vector256.MultiplyAddEstimate(x, Vector256.Create(Double.TwoLog2E), Vector256.Create(Double.RoundBiased));
        Vector256<double> r = Vector256.MultiplyAddEstimate(shifted - Vector256.Create(Double.RoundBiased), Vector256.Create(-Double.HalfLn2), x);

        Vector256<double> p = Vector256.MultiplyAddEstimate(Vector256.Create(Double.T13), r, Vector256.Create(Double.T12));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Double.T11));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Double.T10));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Double.T9));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Double.T8));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Double.T7));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Double.T6));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Double.T5));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Double.T4));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Double.T3));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(2.0));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(2.0));

        Vector256<double> scale = (shifted.AsInt64() << Double.ExponentShift).AsDouble();
        Vector256<double> scaled = r * scale;
        Vector256<double> numerator = Vector256.MultiplyAddEstimate(p, scaled, scale - Vector256.Create(1.0));
        Vector256<double> denominator = Vector256.MultiplyAddEstimate(p, scaled, scale + Vector256.Create(1.0));
        return AtLimits(numerator / denominator, given, -Double.TanhMax, -1, Double.TanhMax, 1);
    }

    /// <summary>Each lane of x, but 0 where that of size is so small that it is on its way to denormal numbers; docs/numerics.md says why.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> FlushTiny(Vector256<double> x, Vector256<double> size) =>
        Vector256.ConditionalSelect(Vector256.LessThan(Vector256.Abs(size), Vector256.Create(Double.Tiny)), Vector256<double>.Zero, x);

    /// <summary>max(x, 0) of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Relu(Vector256<double> x) => Vector256.MaxNative(Vector256<double>.Zero, x);

    /// <summary>log(1 + e^x) of each lane: x far above 0, e^x far below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Softplus(Vector256<double> x)
    {
        // max(x, 0) + log(1 + e^-|x|); what 1 + e^-|x| lost in rounding is put back, so that e^x far below 0 is not.
        Vector256<double> small = Exp(-Vector256.Abs(x)), sum = Vector256.Create(1.0) + small;
        return Vector256.MaxNative(Vector256<double>.Zero, x) + (Log(sum) + ((small - (sum - Vector256.Create(1.0))) / sum));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<double> ExpPolynomial(Vector256<double> r)
    {
        Vector256<double> p = Vector256.MultiplyAddEstimate(Vector256.Create(Double.E12), r, Vector256.Create(Double.E11));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Double.E10));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Double.E9));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Double.E8));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Double.E7));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Double.E6));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Double.E5));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Double.E4));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Double.E3));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(Double.E2));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1.0));
        return Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1.0));
    }
}
