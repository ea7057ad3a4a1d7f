using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Xunit;

namespace FastSeq.Tests.Kernels;

/// <summary>What a function should give, in double.</summary>
interface IOracle
{
    static abstract double At(double x);
}

/// <summary>What a function should give where that is a float to within 1e-8: for the ranges that hold nearly all floats.</summary>
interface IFloatOracle
{
    static abstract Vector256<float> At(Vector256<float> x);
}

/// <summary>Walks over the floats and compares a function with an oracle.</summary>
static class AllFloats
{
    const int ChunkLength = 4096;

    /// <summary>Every float on the machine as it is; every 1,009th where all would take minutes, or when wide vectors are switched off for a second run.</summary>
    public static uint Stride { get; } =
        Vector256.IsHardwareAccelerated && Environment.GetEnvironmentVariable("DOTNET_EnableAVX512") is null ? 1u : 1009u;

    /// <summary>Whether multiply-add rounds once: (1 + 2^-12)^2 - (1 + 2^-11) is 2^-24, of which two roundings leave nothing.</summary>
    public static bool IsMultiplyAddFused { get; } = float.MultiplyAddEstimate(1 + 1f / 4096, 1 + 1f / 4096, -(1 + 1f / 2048)) != 0;

    public delegate void SpanFunction(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>
    /// The largest error over the floats whose magnitudes run from that of <paramref name="from"/> to that of <paramref name="to"/>,
    /// both included, with the sign of <paramref name="from"/>. A NaN is an infinite error.
    /// </summary>
    public static (double Error, float At) MaxError<TOracle>(float from, float to, SpanFunction function, bool relative)
        where TOracle : struct, IOracle
    {
        return Walk(from, to, function, (ref (double, float) worst, float[] x, float[] y) => Update<TOracle>(ref worst, x, y, relative));
    }

    /// <summary>The same for an oracle in float, many times faster; the error is relative, and infinite where another number than 0 or infinity is expected.</summary>
    public static (double Error, float At) MaxErrorInFloat<TOracle>(float from, float to, SpanFunction function)
        where TOracle : struct, IFloatOracle
    {
        return Walk(from, to, function, UpdateInFloat<TOracle>);
    }

    /// <summary>Fails unless every NaN gives NaN.</summary>
    public static void AssertNaNStaysNaN(SpanFunction function)
    {
        float[] x = new float[ChunkLength], y = new float[ChunkLength];
        foreach (uint sign in new[] { 0u, 0x80000000 })
        {
            for (long bits = 0x7F800001; bits <= 0x7FFFFFFF; bits += ChunkLength * (long)Stride)
            {
                Fill(x, bits, 0x7FFFFFFF, sign);
                function(x, y);
                Assert.True(Array.TrueForAll(y, float.IsNaN), $"a NaN from {bits:x8} on does not give NaN");
            }
        }
    }

    delegate void UpdateAction(ref (double Error, float At) worst, float[] x, float[] y);

    static (double Error, float At) Walk(float from, float to, SpanFunction function, UpdateAction update)
    {
        uint sign = float.IsNegative(from) ? 0x80000000 : 0;
        uint first = BitConverter.SingleToUInt32Bits(Math.Abs(from)), last = BitConverter.SingleToUInt32Bits(Math.Abs(to));
        long chunks = (long)(last - first) / ((long)ChunkLength * Stride) + 1;
        int workers = Environment.ProcessorCount;
        var worst = new (double Error, float At)[workers];
        Parallel.For(0, workers, worker =>
        {
            float[] x = new float[ChunkLength], y = new float[ChunkLength];
            for (long chunk = worker; chunk < chunks; chunk += workers)
            {
                Fill(x, first + chunk * ChunkLength * Stride, last, sign);
                function(x, y);
                update(ref worst[worker], x, y);
            }
        });
        return worst.MaxBy(one => one.Error);
    }

    /// <summary>Past the last pattern, the last stands in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Fill(float[] x, long first, uint last, uint sign)
    {
        for (int i = 0; i < x.Length; i += 8)
        {
            Vector256<uint> bits = Vector256.Create((uint)Math.Min(first + i * (long)Stride, last)) + Vector256<uint>.Indices * Stride;
            (Vector256.Min(bits, Vector256.Create(last)) | Vector256.Create(sign)).AsSingle().CopyTo(x, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Update<TOracle>(ref (double Error, float At) worst, float[] x, float[] y, bool relative)
        where TOracle : struct, IOracle
    {
        for (int i = 0; i < x.Length; i++)
        {
            double expected = TOracle.At(x[i]), error = Math.Abs(y[i] - expected), unit = relative ? Math.Abs(expected) : 1;
            if (!(error <= worst.Error * unit) && y[i] != expected)
            {
                worst = (double.IsNaN(error) ? double.PositiveInfinity : error / unit, x[i]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void UpdateInFloat<TOracle>(ref (double Error, float At) worst, float[] x, float[] y)
        where TOracle : struct, IFloatOracle
    {
        Vector256<float> bound = Vector256.Create((float)worst.Error);
        for (int i = 0; i < x.Length; i += 8)
        {
            Vector256<float> expected = TOracle.At(Vector256.Create(x, i)), actual = Vector256.Create(y, i);
            Vector256<float> within = Vector256.LessThanOrEqual(Vector256.Abs(actual - expected), bound * Vector256.Abs(expected));
            if ((within | Vector256.Equals(actual, expected)).AsUInt32() == Vector256<uint>.AllBitsSet)
            {
                continue;
            }

            for (int lane = 0; lane < 8; lane++)
            {
                double error = Math.Abs((actual[lane] - (double)expected[lane]) / expected[lane]);
                if (actual[lane] != expected[lane] && !(error <= worst.Error))
                {
                    worst = (double.IsNaN(error) ? double.PositiveInfinity : error, x[i + lane]);
                }
            }

            bound = Vector256.Create((float)worst.Error);
        }
    }
}
