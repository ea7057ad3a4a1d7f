using System.Runtime.Intrinsics;
using FastSeq.Kernels;

namespace FastSeq.Tests.Kernels;

/// <summary>Each function over all floats against double. The errors that are written out stand in docs/numerics.md.</summary>
public sealed class VectorMathAllFloatsTests(ITestOutputHelper output)
{
    /// <summary>Below, the next term of each series is beyond double's precision, or relatively 1e-13.</summary>
    const float Small = 1f / 1024;
    const float Smallest = float.Epsilon, MinNormal = 1.17549435e-38f, Infinity = float.PositiveInfinity;

    [Fact]
    public void Tanh_IsWithin2e7OnAllFloats_AndRelativelyAccurateNearZero()
    {
        Check<TanhSeries>("tanh, denormal, absolute", 0, MinNormal, Tanh, relative: false, 1.5e-45);
        Check<TanhSeries>("tanh, up to 2^-10, relative", MinNormal, Small, Tanh, relative: true, 2e-7);
        Check<TanhLibrary>("tanh, 2^-10 to 1, relative", Small, 1, Tanh, relative: true, 3e-7);
        Check<TanhLibrary>("tanh, 2^-10 to 10, absolute", Small, 10, Tanh, relative: false, 2e-7);
        Check<Sign>("tanh, from 10 on", 10, Infinity, Tanh, relative: false, 0);
        AllFloats.AssertNaNStaysNaN(Tanh);
    }

    [Fact]
    public void Sigmoid_IsWithin2e7OnAllFloats_AndRelativelyAccurateBelowZero()
    {
        Check<SigmoidSeries>("sigmoid, up to 2^-10, absolute", 0, Small, Sigmoid, relative: false, 2e-7);
        Check<SigmoidLibrary>("sigmoid, 2^-10 to 87, absolute", Small, 87, Sigmoid, relative: false, 2e-7);
        Check<SigmoidLibrary>("sigmoid, 2^-10 to 87, relative", Small, 87, Sigmoid, relative: true, 5e-7);
        Check<SigmoidLibrary>("sigmoid, 87 to 89, absolute", 87, 89, Sigmoid, relative: false, 1e-37);
        Check<OneIfPositive>("sigmoid, from 89 on", 89, Infinity, Sigmoid, relative: false, 0);
        AllFloats.AssertNaNStaysNaN(Sigmoid);
    }

    [Fact]
    public void Exp_IsRelativelyAccurateOnAllFloats()
    {
        Check<ExpSeries>("exp, up to 2^-10, relative", 0, Small, Exp, relative: true, 1.2e-7);
        Check<ExpLibrary>("exp, 2^-10 to 87, relative", Small, 87, Exp, relative: true, 1.2e-7);
        CheckOne<ExpLibrary>("exp, 87 to 89, relative or infinite", 87, 89, Exp, relative: true, 1.2e-7);
        CheckOne<ExpLibrary>("exp, -87 to -105, where it is denormal, absolute", -87, -105, Exp, relative: false, 1.5e-45);
        CheckOne<Infinite>("exp, from 89 on", 89, Infinity, Exp, relative: false, 0);
        CheckOne<Zero>("exp, from -105 on", -105, -Infinity, Exp, relative: false, 0);
        AllFloats.AssertNaNStaysNaN(Exp);
    }

    [Fact]
    public void Log_IsRelativelyAccurateOnAllFloats()
    {
        Check<NaNBelowZero>("log, zero", 0, 0, Log, relative: false, 0);
        CheckOne<LogLibrary>("log, denormal, relative", Smallest, MinNormal, Log, relative: true, 1.2e-7);
        AssertNormalLogs();
        CheckOne<Infinite>("log, infinity", Infinity, Infinity, Log, relative: false, 0);
        AllFloats.AssertNaNStaysNaN(Log);
        AllFloats.AssertNaNStaysNaN((x, y) =>
        {
            // Negative numbers: the sign is set on what is no NaN.
            float[] negative = new float[x.Length];
            for (int i = 0; i < x.Length; i++)
            {
                negative[i] = BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(x[i]) * 199 % 0x7F800000 + 1) | 0x80000000);
            }

            Log(negative, y);
        });
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
                for (int exponent = 1; exponent < 255; exponent++)
                {
                    double expected = log + (exponent - 127) * 0.6931471805599453094;
                    double error = expected == 0 ? Math.Abs(y[exponent]) : Math.Abs((y[exponent] - expected) / expected);
                    worst[worker] = Math.Max(worst[worker], error); // keeps a NaN
                }
            }
        });
        output.WriteLine($"log, normal, relative: {worst.Max():e3}");
        Assert.True(worst.All(error => error <= 1.2e-7), $"log: {worst.Max():e3}");
    }

    void Check<TOracle>(string name, float from, float to, AllFloats.SpanFunction function, bool relative, double bound)
        where TOracle : struct, IOracle
    {
        CheckOne<TOracle>(name, from, to, function, relative, bound);
        CheckOne<TOracle>(name + ", negative", -from, -to, function, relative, bound);
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

    readonly struct LogLibrary : IOracle
    {
        public static double At(double x) => Math.Log(x);
    }

    readonly struct Sign : IOracle
    {
        public static double At(double x) => Math.Sign(x);
    }

    readonly struct OneIfPositive : IOracle
    {
        public static double At(double x) => x > 0 ? 1 : 0;
    }

    readonly struct Infinite : IOracle
    {
        public static double At(double x) => double.PositiveInfinity;
    }

    readonly struct Zero : IOracle
    {
        public static double At(double x) => 0;
    }

    readonly struct NaNBelowZero : IOracle
    {
        public static double At(double x) => x == 0 ? double.NegativeInfinity : double.NaN;
    }
}
