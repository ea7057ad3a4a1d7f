using System.Runtime.Intrinsics;
using FastSeq.Kernels;
using Xunit;

namespace FastSeq.Tests.Kernels;

/// <summary>Each function over all floats against double. The errors that are written out stand in docs/numerics.md.</summary>
public sealed class VectorMathAllFloatsTests(ITestOutputHelper output)
{
    /// <summary>Below, e^x rounds to 1 and sigmoid to 1/2.</summary>
    const float Tiny = 1f / (1 << 26);

    /// <summary>Below, tanh(x) is x to within 5e-9 of it.</summary>
    const float TinyForTanh = 1f / (1 << 13);

    /// <summary>Below, the next term of each series is relatively 1e-13 or less.</summary>
    const float Small = 1f / (1 << 10);

    const float Smallest = float.Epsilon, MinNormal = 1.17549435e-38f, Infinity = float.PositiveInfinity;

    [Fact]
    public void Tanh_IsWithin2e7OnAllFloats_AndRelativelyAccurateNearZero()
    {
        CheckInFloat<Same>("tanh, up to 2^-13, relative", 0, TinyForTanh, Tanh, 3e-7);
        Check<TanhSeries>("tanh, 2^-13 to 2^-10, relative", TinyForTanh, Small, Tanh, relative: true, 3e-7);
        Check<TanhLibrary>("tanh, 2^-10 to 1, relative", Small, 1, Tanh, relative: true, 3e-7);
        Check<TanhLibrary>("tanh, 1 to 10, absolute", 1, 10, Tanh, relative: false, 2e-7);
        CheckInFloat<Sign>("tanh, from 10 on", 10, Infinity, Tanh, 0);
        AllFloats.AssertNaNStaysNaN(Tanh);
    }

    [Fact]
    public void Sigmoid_IsWithin2e7OnAllFloats_AndRelativelyAccurateBelowZero()
    {
        CheckInFloat<Half>("sigmoid, up to 2^-26", 0, Tiny, Sigmoid, 0);
        Check<SigmoidSeries>("sigmoid, 2^-26 to 2^-10, absolute", Tiny, Small, Sigmoid, relative: false, 2e-7);
        CheckOne<SigmoidLibrary>("sigmoid, 2^-10 to 89, absolute", Small, 89, Sigmoid, relative: false, 2e-7);
        CheckOne<SigmoidLibrary>("sigmoid, -2^-10 to -87, relative", -Small, -87, Sigmoid, relative: true, AllFloats.IsMultiplyAddFused ? 5e-7 : 1e-5);
        CheckOne<SigmoidLibrary>("sigmoid, -87 to -89, absolute", -87, -89, Sigmoid, relative: false, 1e-37);
        CheckInFloat<OneIfPositive>("sigmoid, from 89 on", 89, Infinity, Sigmoid, 0);
        AllFloats.AssertNaNStaysNaN(Sigmoid);
    }

    [Fact]
    public void Exp_IsRelativelyAccurateOnAllFloats()
    {
        CheckInFloat<One>("exp, up to 2^-26", 0, Tiny, Exp, 0);
        Check<ExpSeries>("exp, 2^-26 to 2^-10, relative", Tiny, Small, Exp, relative: true, 1.2e-7);
        Check<ExpLibrary>("exp, 2^-10 to 87, relative", Small, 87, Exp, relative: true, 1.2e-7);
        CheckOne<ExpLibrary>("exp, 87 to 89, relative or infinite", 87, 89, Exp, relative: true, 1.2e-7);
        CheckOne<ExpLibrary>("exp, -87 to -105, where it is denormal, absolute", -87, -105, Exp, relative: false, 1.5e-45);
        CheckInFloat<InfiniteIfPositive>("exp, from 105 on", 105, Infinity, Exp, 0);
        CheckOne<ExpLibrary>("exp, 89 to 105", 89, 105, Exp, relative: false, 0);
        AllFloats.AssertNaNStaysNaN(Exp);
    }

    [Fact]
    public void Softplus_IsRelativelyAccurateOnAllFloats()
    {
        Check<SoftplusSeries>("softplus, up to 2^-10, relative", 0, Small, Softplus, relative: true, 2e-7);
        CheckOne<SoftplusLibrary>("softplus, 2^-10 to 89, relative", Small, 89, Softplus, relative: true, 2e-7);
        CheckOne<SoftplusLibrary>("softplus, -2^-10 to -87, relative", -Small, -87, Softplus, relative: true, 3e-7);
        CheckOne<SoftplusLibrary>("softplus, -87 to -105, where it is denormal, absolute", -87, -105, Softplus, relative: false, 1e-38);
        CheckInFloat<SameIfPositive>("softplus, from 105 on", 105, Infinity, Softplus, 0);
        AllFloats.AssertNaNStaysNaN(Softplus);
    }

    [Fact]
    public void Log_IsRelativelyAccurateOnAllFloats()
    {
        CheckInFloat<NegativeInfinity>("log, zero", 0, 0, Log, 0);
        CheckOne<LogLibrary>("log, denormal, relative", Smallest, MinNormal, Log, relative: true, 1.2e-7);
        AssertNormalLogs();
        Assert.Equal(Infinity, VectorMath.Log(Infinity));
        AllFloats.AssertNaNStaysNaN(Log);

        // Of a negative number it is NaN too.
        for (uint bits = 0x80000001; bits <= 0xFF800000; bits += 99991)
        {
            Assert.Equal(float.NaN, VectorMath.Log(BitConverter.UInt32BitsToSingle(bits)));
        }
    }

    /// <summary>log(m 2^e) = log m + e ln 2 for the 254 exponents of a mantissa at once: one Math.Log a mantissa.</summary>
    void AssertNormalLogs()
    {
        int workers = Environment.ProcessorCount;
        long stride = AllFloats.Stride;
        double[] worst = new double[workers];
        Parallel.For(0, workers, worker =>
        {
            float[] x = new float[256], y = new float[256];
            for (long mantissa = worker * stride; mantissa < 1 << 23; mantissa += workers * stride)
            {
                double log = Math.Log(1 + mantissa / (double)(1 << 23));
                for (int exponent = 1; exponent < 255; exponent++)
                {
                    x[exponent] = BitConverter.Int32BitsToSingle(exponent << 23 | (int)mantissa);
                }

                Log(x, y);
                for (int exponent = 4; exponent < 252; exponent += 4)
                {
                    Vector256<double> e = Vector256.Create((double)(exponent - 127)) + Vector256.Create(0.0, 1, 2, 3);
                    Vector256<double> expected = Vector256.Create(log) + e * 0.6931471805599453094;
                    Vector256<double> error = Vector256.Abs(Vector256.Create((double)y[exponent], y[exponent + 1], y[exponent + 2], y[exponent + 3]) - expected);
                    if (!Vector256.LessThanOrEqualAll(error, Vector256.Create(worst[worker]) * Vector256.Abs(expected)))
                    {
                        Compare(ref worst[worker], y, exponent, exponent + 4, log);
                    }
                }

                Compare(ref worst[worker], y, 1, 4, log);
                Compare(ref worst[worker], y, 252, 255, log);
            }
        });
        output.WriteLine($"log, normal, relative: {worst.Max():e3}");
        Assert.True(worst.Max() <= 1.2e-7, $"log: {worst.Max():e3}");
    }

    static void Compare(ref double worst, float[] y, int firstExponent, int endExponent, double log)
    {
        for (int exponent = firstExponent; exponent < endExponent; exponent++)
        {
            double expected = log + (exponent - 127) * 0.6931471805599453094;
            double error = Math.Abs(y[exponent] - expected), unit = Math.Abs(expected);
            if (!(error <= worst * unit) && y[exponent] != expected)
            {
                worst = double.IsNaN(error) ? double.PositiveInfinity : error / unit;
            }
        }
    }

    void Check<TOracle>(string name, float from, float to, AllFloats.SpanFunction function, bool relative, double bound)
        where TOracle : struct, IOracle
    {
        CheckOne<TOracle>(name, from, to, function, relative, bound);
        CheckOne<TOracle>(name + ", negative", -from, -to, function, relative, bound);
    }

    void CheckInFloat<TOracle>(string name, float from, float to, AllFloats.SpanFunction function, double bound)
        where TOracle : struct, IFloatOracle
    {
        foreach (float sign in new[] { 1f, -1f })
        {
            (double error, float at) = AllFloats.MaxErrorInFloat<TOracle>(sign * from, sign * to, function);
            output.WriteLine($"{name}: {error:e3} at {at:g9}");
            Assert.True(error <= bound, $"{name}: {error:e3} at {at:g9}");
        }
    }

    void CheckOne<TOracle>(string name, float from, float to, AllFloats.SpanFunction function, bool relative, double bound)
        where TOracle : struct, IOracle
    {
        (double error, float at) = AllFloats.MaxError<TOracle>(from, to, function, relative);
        output.WriteLine($"{name}: {error:e3} at {at:g9}");
        Assert.True(error <= bound, $"{name}: {error:e3} at {at:g9}");
    }

    static void Tanh(ReadOnlySpan<float> x, Span<float> y)
    {
        x.CopyTo(y);
        Activations.Tanh(y);
    }

    static void Sigmoid(ReadOnlySpan<float> x, Span<float> y)
    {
        x.CopyTo(y);
        Activations.Sigmoid(y);
    }

    static void Exp(ReadOnlySpan<float> x, Span<float> y) => Map(x, y, VectorMath.Exp, VectorMath.Exp, VectorMath.Exp);

    static void Softplus(ReadOnlySpan<float> x, Span<float> y) => Map(x, y, VectorMath.Softplus, VectorMath.Softplus, VectorMath.Softplus);

    static void Log(ReadOnlySpan<float> x, Span<float> y) => Map(x, y, VectorMath.Log, VectorMath.Log, VectorMath.Log);

    /// <summary>In the widest vectors of the machine; lengths are multiples of 16.</summary>
    static void Map(
        ReadOnlySpan<float> x, Span<float> y,
        Func<Vector512<float>, Vector512<float>> wide, Func<Vector256<float>, Vector256<float>> middle, Func<float, float> scalar)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            for (int i = 0; i < x.Length; i += 16)
            {
                wide(Vector512.Create(x[i..])).CopyTo(y[i..]);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            for (int i = 0; i < x.Length; i += 8)
            {
                middle(Vector256.Create(x[i..])).CopyTo(y[i..]);
            }
        }
        else
        {
            for (int i = 0; i < x.Length; i++)
            {
                y[i] = scalar(x[i]);
            }
        }
    }

    readonly struct TanhSeries : IOracle
    {
        public static double At(double x) => x - x * x * x * (1.0 / 3);
    }

    readonly struct TanhLibrary : IOracle
    {
        public static double At(double x) => Math.Tanh(x);
    }

    readonly struct SigmoidSeries : IOracle
    {
        public static double At(double x) => 0.5 + x * 0.25 - x * x * x * (1.0 / 48);
    }

    readonly struct SigmoidLibrary : IOracle
    {
        public static double At(double x) => 1 / (1 + Math.Exp(-x));
    }

    readonly struct ExpSeries : IOracle
    {
        public static double At(double x) => 1 + x * (1 + x * (0.5 + x * (1.0 / 6 + x * (1.0 / 24))));
    }

    readonly struct ExpLibrary : IOracle
    {
        /// <summary>From here on e^x rounds to infinity in float.</summary>
        const double Overflow = 3.4028235677973366e+38;

        public static double At(double x)
        {
            double exp = Math.Exp(x);
            return exp < Overflow ? exp : double.PositiveInfinity;
        }
    }

    readonly struct SoftplusSeries : IOracle
    {
        public static double At(double x) => 0.69314718055994530942 + x * (0.5 + x * 0.125);
    }

    readonly struct SoftplusLibrary : IOracle
    {
        // log(1 + e) = 2 atanh(e / (2 + e)) loses nothing of a small e, as LogP1 does.
        public static double At(double x)
        {
            double small = Math.Exp(-Math.Abs(x));
            return Math.Max(x, 0) + 2 * Math.Atanh(small / (2 + small));
        }
    }

    readonly struct LogLibrary : IOracle
    {
        public static double At(double x) => Math.Log(x);
    }

    readonly struct Same : IFloatOracle
    {
        public static Vector256<float> At(Vector256<float> x) => x;
    }

    readonly struct SameIfPositive : IFloatOracle
    {
        public static Vector256<float> At(Vector256<float> x) => Vector256.Max(x, Vector256<float>.Zero);
    }

    readonly struct Half : IFloatOracle
    {
        public static Vector256<float> At(Vector256<float> x) => Vector256.Create(0.5f);
    }

    readonly struct One : IFloatOracle
    {
        public static Vector256<float> At(Vector256<float> x) => Vector256.Create(1f);
    }

    readonly struct Sign : IFloatOracle
    {
        public static Vector256<float> At(Vector256<float> x) => Vector256.CopySign(Vector256.Create(1f), x);
    }

    readonly struct OneIfPositive : IFloatOracle
    {
        public static Vector256<float> At(Vector256<float> x) => Vector256.GreaterThan(x, Vector256<float>.Zero) & Vector256.Create(1f);
    }

    readonly struct InfiniteIfPositive : IFloatOracle
    {
        public static Vector256<float> At(Vector256<float> x) => Vector256.GreaterThan(x, Vector256<float>.Zero) & Vector256.Create(Infinity);
    }

    readonly struct NegativeInfinity : IFloatOracle
    {
        public static Vector256<float> At(Vector256<float> x) => Vector256.Create(-Infinity);
    }
}
