using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Tests.Kernels;

/// <summary>What a function should give, in double.</summary>
interface IOracle
{
    static abstract double At(double x);
}

/// <summary>Walks over the floats and compares a function with an oracle.</summary>
static class AllFloats
{
    const int ChunkLength = 4096;

    /// <summary>Every float where vectors are wide; every 1,009th where all would take minutes.</summary>
    public static uint Stride => Vector256.IsHardwareAccelerated ? 1u : 1009u;

    public delegate void SpanFunction(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>
    /// The largest error over the floats whose magnitudes run from that of <paramref name="from"/> to that of <paramref name="to"/>,
    /// both included, with the sign of <paramref name="from"/>. A NaN is an infinite error.
    /// </summary>
    public static (double Error, float At) MaxError<TOracle>(float from, float to, SpanFunction function, bool relative)
        where TOracle : struct, IOracle
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
                Update<TOracle>(ref worst[worker], x, y, relative);
            }
        });
        return worst.MaxBy(one => one.Error);
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

    /// <summary>Past the last pattern, the last stands in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Fill(float[] x, long first, uint last, uint sign)
    {
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = BitConverter.UInt32BitsToSingle((uint)Math.Min(first + i * (long)Stride, last) | sign);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Update<TOracle>(ref (double Error, float At) worst, float[] x, float[] y, bool relative)
        where TOracle : struct, IOracle
    {
        for (int i = 0; i < x.Length; i++)
        {
            double expected = TOracle.At(x[i]), error = Math.Abs(y[i] - expected);
            error = relative ? error / Math.Abs(expected) : error;
            if (!(error <= worst.Error) && y[i] != expected)
            {
                worst = (double.IsNaN(error) ? double.PositiveInfinity : error, x[i]);
            }
        }
    }
}
