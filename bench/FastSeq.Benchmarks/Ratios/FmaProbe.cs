using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Benchmarks.Ratios;

/// <summary>Measures how many float32 operations a second the core does just now when it does nothing but multiply-adds.</summary>
static class FmaProbe
{
    const int Chains = 12;

    public static int Lanes { get; } =
        Vector512.IsHardwareAccelerated ? Vector512<float>.Count
        : Vector256.IsHardwareAccelerated ? Vector256<float>.Count
        : Vector128<float>.Count;

    /// <summary>GFLOP/s of one core, 2 per multiply-add: the best of three runs of about a third of a millisecond.</summary>
    public static double Measure()
    {
        const int Iterations = 80_000;
        double best = 0;
        for (int attempt = 0; attempt < 3; attempt++)
        {
            long start = Stopwatch.GetTimestamp();
            float sum = Run(Iterations);
            double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            if (sum != 0)
                best = Math.Max(best, 2.0 * Chains * Lanes * Iterations / nanoseconds);
        }

        return best;
    }

    /// <summary>So many iterations of twelve multiply-adds of the widest registers.</summary>
    public static float Run(int iterations) => Lanes switch { 16 => Loop512(iterations), 8 => Loop256(iterations), _ => Loop128(iterations) };

    /// <summary>The time of an iteration just now.</summary>
    public static double NanosecondsPerIteration() => 2.0 * Chains * Lanes / Measure();

    // Each loop is a method of its own without calls, so that the twelve chains stay in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static float Loop512(int iterations)
    {
        var m = Vector512.Create(0.9999f);
        var s = Vector512.Create(1e-4f);
        Vector512<float> a = s, b = s, c = s, d = s, e = s, f = s, g = s, h = s, i = s, j = s, k = s, l = s;
        for (int n = 0; n < iterations; n++)
        {
            a = Vector512.MultiplyAddEstimate(a, m, s);
            b = Vector512.MultiplyAddEstimate(b, m, s);
            c = Vector512.MultiplyAddEstimate(c, m, s);
            d = Vector512.MultiplyAddEstimate(d, m, s);
            e = Vector512.MultiplyAddEstimate(e, m, s);
            f = Vector512.MultiplyAddEstimate(f, m, s);
            g = Vector512.MultiplyAddEstimate(g, m, s);
            h = Vector512.MultiplyAddEstimate(h, m, s);
            i = Vector512.MultiplyAddEstimate(i, m, s);
            j = Vector512.MultiplyAddEstimate(j, m, s);
            k = Vector512.MultiplyAddEstimate(k, m, s);
            l = Vector512.MultiplyAddEstimate(l, m, s);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static float Loop256(int iterations)
    {
        var m = Vector256.Create(0.9999f);
        var s = Vector256.Create(1e-4f);
        Vector256<float> a = s, b = s, c = s, d = s, e = s, f = s, g = s, h = s, i = s, j = s, k = s, l = s;
        for (int n = 0; n < iterations; n++)
        {
            a = Vector256.MultiplyAddEstimate(a, m, s);
            b = Vector256.MultiplyAddEstimate(b, m, s);
            c = Vector256.MultiplyAddEstimate(c, m, s);
            d = Vector256.MultiplyAddEstimate(d, m, s);
            e = Vector256.MultiplyAddEstimate(e, m, s);
            f = Vector256.MultiplyAddEstimate(f, m, s);
            g = Vector256.MultiplyAddEstimate(g, m, s);
            h = Vector256.MultiplyAddEstimate(h, m, s);
            i = Vector256.MultiplyAddEstimate(i, m, s);
            j = Vector256.MultiplyAddEstimate(j, m, s);
            k = Vector256.MultiplyAddEstimate(k, m, s);
            l = Vector256.MultiplyAddEstimate(l, m, s);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static float Loop128(int iterations)
    {
        var m = Vector128.Create(0.9999f);
        var s = Vector128.Create(1e-4f);
        Vector128<float> a = s, b = s, c = s, d = s, e = s, f = s, g = s, h = s, i = s, j = s, k = s, l = s;
        for (int n = 0; n < iterations; n++)
        {
            a = Vector128.MultiplyAddEstimate(a, m, s);
            b = Vector128.MultiplyAddEstimate(b, m, s);
            c = Vector128.MultiplyAddEstimate(c, m, s);
            d = Vector128.MultiplyAddEstimate(d, m, s);
            e = Vector128.MultiplyAddEstimate(e, m, s);
            f = Vector128.MultiplyAddEstimate(f, m, s);
            g = Vector128.MultiplyAddEstimate(g, m, s);
            h = Vector128.MultiplyAddEstimate(h, m, s);
            i = Vector128.MultiplyAddEstimate(i, m, s);
            j = Vector128.MultiplyAddEstimate(j, m, s);
            k = Vector128.MultiplyAddEstimate(k, m, s);
            l = Vector128.MultiplyAddEstimate(l, m, s);
        }

        return Vector128.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
