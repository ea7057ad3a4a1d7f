using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Kernels;

// Every vector width has the same text but for the number of bits; a test holds them together.
public static partial class VectorMath
{
    /// <summary>e^x in each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Exp(Vector128<float> x)
    {
        // x = n ln 2 + r; e^x = 2^n e^r.
        x = Vector128.MinNative(Vector128.Create(Single.ExpMax), Vector128.MaxNative(Vector128.Create(Single.ExpMin), x));
        Vector128<float> shifted = Vector128.MultiplyAddEstimate(x, Vector128.Create(Single.Log2E), Vector128.Create(Single.Round));
        Vector128<float> n = shifted - Vector128.Create(Single.Round);
        Vector128<float> r = Vector128.MultiplyAddEstimate(n, Vector128.Create(-Single.Ln2High), x);
        r = Vector128.MultiplyAddEstimate(n, Vector128.Create(-Single.Ln2Low), r);

        Vector128<float> p = Vector128.MultiplyAddEstimate(Vector128.Create(Single.E7), r, Vector128.Create(Single.E6));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Single.E5));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Single.E4));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Single.E3));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Single.E2));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(1f));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(1f));

        // 2^n in two factors, so that neither leaves the range of exponents: infinities and denormals come out right.
        Vector128<int> whole = shifted.AsInt32() - Vector128.Create(Single.Round).AsInt32();
        Vector128<int> half = whole >> 1;
        Vector128<float> scale1 = ((half + Vector128.Create(127)) << Single.ExponentShift).AsSingle();
        Vector128<float> scale2 = ((whole - half + Vector128.Create(127)) << Single.ExponentShift).AsSingle();
        return p * scale1 * scale2;
    }

    /// <summary>The natural logarithm of each lane: -infinity of 0, NaN of negative numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Log(Vector128<float> x)
    {
        // x = 2^e (1 + f); log x = e ln 2 + log(1 + f). Denormals are scaled up first.
        Vector128<float> small = Vector128.LessThan(x, Vector128.Create(Single.MinNormal));
        Vector128<int> bits = Vector128.ConditionalSelect(small, x * Vector128.Create(Single.SubnormalScale), x).AsInt32() - Vector128.Create(Single.SqrtHalfBits);
        Vector128<float> e = Vector128.ConvertToSingle(bits >> Single.ExponentShift) - (small & Vector128.Create(Single.SubnormalExponent));
        Vector128<float> f = ((bits & Vector128.Create(Single.MantissaMask)) + Vector128.Create(Single.SqrtHalfBits)).AsSingle() - Vector128.Create(1f);

        Vector128<float> p = Vector128.MultiplyAddEstimate(Vector128.Create(Single.L10), f, Vector128.Create(Single.L9));
        p = Vector128.MultiplyAddEstimate(p, f, Vector128.Create(Single.L8));
        p = Vector128.MultiplyAddEstimate(p, f, Vector128.Create(Single.L7));
        p = Vector128.MultiplyAddEstimate(p, f, Vector128.Create(Single.L6));
        p = Vector128.MultiplyAddEstimate(p, f, Vector128.Create(Single.L5));
        p = Vector128.MultiplyAddEstimate(p, f, Vector128.Create(Single.L4));
        p = Vector128.MultiplyAddEstimate(p, f, Vector128.Create(Single.L3));
        Vector128<float> square = f * f;
        Vector128<float> tail = Vector128.MultiplyAddEstimate(p, f * square, e * Vector128.Create(Single.Ln2Low));
        tail = Vector128.MultiplyAddEstimate(square, Vector128.Create(-0.5f), tail);
        Vector128<float> result = Vector128.MultiplyAddEstimate(e, Vector128.Create(Single.Ln2High), f + tail);

        // 0 -> -infinity, infinity -> infinity, negative or NaN -> NaN.
        result = Vector128.ConditionalSelect(Vector128.Equals(x, Vector128<float>.Zero), Vector128.Create(float.NegativeInfinity), result);
        result = Vector128.ConditionalSelect(Vector128.Equals(x, Vector128.Create(float.PositiveInfinity)), x, result);
        return Vector128.ConditionalSelect(Vector128.GreaterThanOrEqual(x, Vector128<float>.Zero), result, Vector128.Create(float.NaN));
    }

    /// <summary>The logistic function 1 / (1 + e^-x) of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sigmoid(Vector128<float> x)
    {
        // -x = n ln 2 - r; sigmoid = 1 / (1 + 2^n e^-r).
        Vector128<float> given = x;
        x = BeforeLimits(x, Single.SigmoidMin, Single.SigmoidMax);
        Vector128<float> shifted = Vector128.MultiplyAddEstimate(x, Vector128.Create(-Single.Log2E), Vector128.Create(Single.RoundBiased));
        Vector128<float> r = Vector128.MultiplyAddEstimate(shifted - Vector128.Create(Single.RoundBiased), Vector128.Create(Single.Ln2), x);

        Vector128<float> square = Vector128.MultiplyAddEstimate(r, r, Vector128.Create(Single.SquareFloor));
        Vector128<float> p = Vector128.MultiplyAddEstimate(r, Vector128.Create(Single.S5), Vector128.Create(Single.S4));
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.MultiplyAddEstimate(r, Vector128.Create(Single.S3), Vector128.Create(Single.S2)));
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.Create(1f) - r);

        Vector128<float> scale = (shifted.AsInt32() << Single.ExponentShift).AsSingle();
        return AtLimits(Vector128.Create(1f) / Vector128.MultiplyAddEstimate(p, scale, Vector128.Create(1f)), given, Single.SigmoidMin, 0, Single.SigmoidMax, 1);
    }

    /// <summary>The hyperbolic tangent of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Tanh(Vector128<float> x)
    {
        // 2x = n ln 2 + 2r; tanh = (e^2x - 1) / (e^2x + 1), e^2x ± 1 = 2^n (e^2r - 1) + (2^n ± 1); exact near 0, where n = 0.
        Vector128<float> given = x;
        x = BeforeLimits(x, -Single.TanhMax, Single.TanhMax);
        Vector128<float> shifted = Vector128.MultiplyAddEstimate(x, Vector128.Create(Single.TwoLog2E), Vector128.Create(Single.RoundBiased));
        Vector128<float> r = Vector128.MultiplyAddEstimate(shifted - Vector128.Create(Single.RoundBiased), Vector128.Create(-Single.HalfLn2), x);

        Vector128<float> square = Vector128.MultiplyAddEstimate(r, r, Vector128.Create(Single.SquareFloor));
        Vector128<float> p = Vector128.MultiplyAddEstimate(r, Vector128.Create(Single.T6), Vector128.Create(Single.T5));
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.MultiplyAddEstimate(r, Vector128.Create(Single.T4), Vector128.Create(Single.T3)));
        p = Vector128.MultiplyAddEstimate(p, square, Vector128.MultiplyAddEstimate(r, Vector128.Create(Single.T2), Vector128.Create(2f)));

        Vector128<float> scale = (shifted.AsInt32() << Single.ExponentShift).AsSingle();
        Vector128<float> scaled = r * scale;
        Vector128<float> numerator = Vector128.MultiplyAddEstimate(p, scaled, scale - Vector128.Create(1f));
        Vector128<float> denominator = Vector128.MultiplyAddEstimate(p, scaled, scale + Vector128.Create(1f));
        return AtLimits(numerator / denominator, given, -Single.TanhMax, -1, Single.TanhMax, 1);
    }

    /// <summary>Each lane of x, but 0 where that of size is so small that it is on its way to denormal numbers; docs/numerics.md says why.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FlushTiny(Vector128<float> x, Vector128<float> size) =>
        Vector128.ConditionalSelect(Vector128.LessThan(Vector128.Abs(size), Vector128.Create(Single.Tiny)), Vector128<float>.Zero, x);

    /// <summary>max(x, 0) of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Relu(Vector128<float> x) => Vector128.MaxNative(Vector128<float>.Zero, x);

    /// <summary>log(1 + e^x) of each lane: x far above 0, e^x far below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Softplus(Vector128<float> x)
    {
        // max(x, 0) + log(1 + e^-|x|); what 1 + e^-|x| lost in rounding is put back, so that e^x far below 0 is not.
        Vector128<float> small = Exp(-Vector128.Abs(x)), sum = Vector128.Create(1f) + small;
        return Vector128.MaxNative(Vector128<float>.Zero, x) + (Log(sum) + ((small - (sum - Vector128.Create(1f))) / sum));
    }

    /// <summary>e^x in each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Exp(Vector128<double> x)
    {
        x = Vector128.MinNative(Vector128.Create(Double.ExpMax), Vector128.MaxNative(Vector128.Create(Double.ExpMin), x));
        Vector128<double> shifted = Vector128.MultiplyAddEstimate(x, Vector128.Create(Double.Log2E), Vector128.Create(Double.Round));
        Vector128<double> n = shifted - Vector128.Create(Double.Round);
        Vector128<double> r = Vector128.MultiplyAddEstimate(n, Vector128.Create(-Double.Ln2High), x);
        r = Vector128.MultiplyAddEstimate(n, Vector128.Create(-Double.Ln2Low), r);
        Vector128<double> p = ExpPolynomial(r);

        // 2^n in two factors, as above. The half is taken by a logical shift: arithmetic ones of 64 bits are rare in hardware.
        Vector128<long> whole = shifted.AsInt64() - Vector128.Create(Double.Round).AsInt64();
        Vector128<long> half = ((whole + Vector128.Create(2048L)) >>> 1) - Vector128.Create(1024L);
        Vector128<double> scale1 = ((half + Vector128.Create(1023L)) << Double.ExponentShift).AsDouble();
        Vector128<double> scale2 = ((whole - half + Vector128.Create(1023L)) << Double.ExponentShift).AsDouble();
        return p * scale1 * scale2;
    }

    /// <summary>The natural logarithm of each lane: -infinity of 0, NaN of negative numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Log(Vector128<double> x)
    {
        Vector128<double> small = Vector128.LessThan(x, Vector128.Create(Double.MinNormal));
        Vector128<long> bits = Vector128.ConditionalSelect(small, x * Vector128.Create(Double.SubnormalScale), x).AsInt64() + Vector128.Create(Double.OneBits - Double.SqrtHalfBits);
        Vector128<double> biased = ((bits >>> Double.ExponentShift) | Vector128.Create(Double.TwoTo52).AsInt64()).AsDouble(); // 2^52 + e + 1023
        Vector128<double> e = biased - Vector128.Create(Double.TwoTo52 + 1023) - (small & Vector128.Create(Double.SubnormalExponent));
        Vector128<double> f = ((bits & Vector128.Create(Double.MantissaMask)) + Vector128.Create(Double.SqrtHalfBits)).AsDouble() - Vector128.Create(1.0);

        Vector128<double> s = f / (f + Vector128.Create(2.0));
        Vector128<double> z = s * s;
        Vector128<double> p = Vector128.MultiplyAddEstimate(Vector128.Create(Double.L7), z, Vector128.Create(Double.L6));
        p = Vector128.MultiplyAddEstimate(p, z, Vector128.Create(Double.L5));
        p = Vector128.MultiplyAddEstimate(p, z, Vector128.Create(Double.L4));
        p = Vector128.MultiplyAddEstimate(p, z, Vector128.Create(Double.L3));
        p = Vector128.MultiplyAddEstimate(p, z, Vector128.Create(Double.L2));
        p = Vector128.MultiplyAddEstimate(p, z, Vector128.Create(Double.L1));
        Vector128<double> halfSquare = f * f * Vector128.Create(0.5);
        Vector128<double> tail = Vector128.MultiplyAddEstimate(s, Vector128.MultiplyAddEstimate(p, z, halfSquare), e * Vector128.Create(Double.Ln2Low));
        Vector128<double> result = Vector128.MultiplyAddEstimate(e, Vector128.Create(Double.Ln2High), f - (halfSquare - tail));

        result = Vector128.ConditionalSelect(Vector128.Equals(x, Vector128<double>.Zero), Vector128.Create(double.NegativeInfinity), result);
        result = Vector128.ConditionalSelect(Vector128.Equals(x, Vector128.Create(double.PositiveInfinity)), x, result);
        return Vector128.ConditionalSelect(Vector128.GreaterThanOrEqual(x, Vector128<double>.Zero), result, Vector128.Create(double.NaN));
    }

    /// <summary>The logistic function 1 / (1 + e^-x) of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Sigmoid(Vector128<double> x)
    {
        Vector128<double> given = x;
        x = BeforeLimits(x, Double.SigmoidMin, Double.SigmoidMax);
        Vector128<double> shifted = Vector128.MultiplyAddEstimate(x, Vector128.Create(-Double.Log2E), Vector128.Create(Double.RoundBiased));
        Vector128<double> n = shifted - Vector128.Create(Double.RoundBiased);
        Vector128<double> r = Vector128.MultiplyAddEstimate(n, Vector128.Create(Double.Ln2High), x);
        r = Vector128.MultiplyAddEstimate(n, Vector128.Create(Double.Ln2Low), r);
        Vector128<double> scale = (shifted.AsInt64() << Double.ExponentShift).AsDouble();
        return AtLimits(Vector128.Create(1.0) / Vector128.MultiplyAddEstimate(ExpPolynomial(-r), scale, Vector128.Create(1.0)), given, Double.SigmoidMin, 0, Double.SigmoidMax, 1);
    }

    /// <summary>The hyperbolic tangent of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Tanh(Vector128<double> x)
    {
        Vector128<double> given = x;
        x = BeforeLimits(x, -Double.TanhMax, Double.TanhMax);
        Vector128<double> shifted = Vector128.MultiplyAddEstimate(x, Vector128.Create(Double.TwoLog2E), Vector128.Create(Double.RoundBiased));
        Vector128<double> r = Vector128.MultiplyAddEstimate(shifted - Vector128.Create(Double.RoundBiased), Vector128.Create(-Double.HalfLn2), x);

        Vector128<double> p = Vector128.MultiplyAddEstimate(Vector128.Create(Double.T13), r, Vector128.Create(Double.T12));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Double.T11));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Double.T10));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Double.T9));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Double.T8));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Double.T7));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Double.T6));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Double.T5));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Double.T4));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Double.T3));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(2.0));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(2.0));

        Vector128<double> scale = (shifted.AsInt64() << Double.ExponentShift).AsDouble();
        Vector128<double> scaled = r * scale;
        Vector128<double> numerator = Vector128.MultiplyAddEstimate(p, scaled, scale - Vector128.Create(1.0));
        Vector128<double> denominator = Vector128.MultiplyAddEstimate(p, scaled, scale + Vector128.Create(1.0));
        return AtLimits(numerator / denominator, given, -Double.TanhMax, -1, Double.TanhMax, 1);
    }

    /// <summary>Each lane of x, but 0 where that of size is so small that it is on its way to denormal numbers; docs/numerics.md says why.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> FlushTiny(Vector128<double> x, Vector128<double> size) =>
        Vector128.ConditionalSelect(Vector128.LessThan(Vector128.Abs(size), Vector128.Create(Double.Tiny)), Vector128<double>.Zero, x);

    /// <summary>max(x, 0) of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Relu(Vector128<double> x) => Vector128.MaxNative(Vector128<double>.Zero, x);

    /// <summary>log(1 + e^x) of each lane: x far above 0, e^x far below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Softplus(Vector128<double> x)
    {
        // max(x, 0) + log(1 + e^-|x|); what 1 + e^-|x| lost in rounding is put back, so that e^x far below 0 is not.
        Vector128<double> small = Exp(-Vector128.Abs(x)), sum = Vector128.Create(1.0) + small;
        return Vector128.MaxNative(Vector128<double>.Zero, x) + (Log(sum) + ((small - (sum - Vector128.Create(1.0))) / sum));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<double> ExpPolynomial(Vector128<double> r)
    {
        Vector128<double> p = Vector128.MultiplyAddEstimate(Vector128.Create(Double.E12), r, Vector128.Create(Double.E11));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Double.E10));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Double.E9));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Double.E8));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Double.E7));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Double.E6));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Double.E5));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Double.E4));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Double.E3));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(Double.E2));
        p = Vector128.MultiplyAddEstimate(p, r, Vector128.Create(1.0));
        return Vector128.MultiplyAddEstimate(p, r, Vector128.Create(1.0));
    }
}
