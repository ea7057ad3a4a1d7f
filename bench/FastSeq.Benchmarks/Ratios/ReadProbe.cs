using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastSeq.Tensors;

namespace FastSeq.Benchmarks.Ratios;

/// <summary>Measures how fast the core can read a block of memory over and over: the limit of a step whose weights do not fit the first cache.</summary>
sealed class ReadProbe
{
    readonly AlignedBuffer<float> _block;

    /// <summary>Makes the probe.</summary>
    /// <param name="bytes">As many as the weights take.</param>
    public ReadProbe(long bytes)
    {
        _block = new AlignedBuffer<float>((int)(bytes / sizeof(float)));
        _block.Span.Fill(1f);
    }

    /// <summary>GB/s: the best of three runs of about a third of a millisecond.</summary>
    public double Measure()
    {
        const double BytesPerRun = 30e6;
        int passes = Math.Max(1, (int)(BytesPerRun / (_block.Length * sizeof(float))));
        double best = 0;
        for (int attempt = 0; attempt < 3; attempt++)
        {
            long start = Stopwatch.GetTimestamp();
            ref float block = ref _block.Reference;
            float sum = Vector512.IsHardwareAccelerated ? Read512(ref block, (nuint)_block.Length, passes) : Read(ref block, (nuint)_block.Length, passes);
            double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            if (sum != 0)
                best = Math.Max(best, (double)_block.Length * sizeof(float) * passes / nanoseconds);
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static float Read512(ref float block, nuint length, int passes)
    {
        nuint lanes = (nuint)Vector512<float>.Count;
        Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (int pass = 0; pass < passes; pass++)
        {
            for (nuint i = 0; i + (8 * lanes) <= length; i += 8 * lanes)
            {
                a += Vector512.LoadUnsafe(ref block, i);
                b += Vector512.LoadUnsafe(ref block, i + lanes);
                c += Vector512.LoadUnsafe(ref block, i + (2 * lanes));
                d += Vector512.LoadUnsafe(ref block, i + (3 * lanes));
                e += Vector512.LoadUnsafe(ref block, i + (4 * lanes));
                f += Vector512.LoadUnsafe(ref block, i + (5 * lanes));
                g += Vector512.LoadUnsafe(ref block, i + (6 * lanes));
                h += Vector512.LoadUnsafe(ref block, i + (7 * lanes));
            }
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static float Read(ref float block, nuint length, int passes)
    {
        nuint lanes = (nuint)Vector<float>.Count;
        Vector<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (int pass = 0; pass < passes; pass++)
        {
            for (nuint i = 0; i + (8 * lanes) <= length; i += 8 * lanes)
            {
                a += Vector.LoadUnsafe(ref block, i);
                b += Vector.LoadUnsafe(ref block, i + lanes);
                c += Vector.LoadUnsafe(ref block, i + (2 * lanes));
                d += Vector.LoadUnsafe(ref block, i + (3 * lanes));
                e += Vector.LoadUnsafe(ref block, i + (4 * lanes));
                f += Vector.LoadUnsafe(ref block, i + (5 * lanes));
                g += Vector.LoadUnsafe(ref block, i + (6 * lanes));
                h += Vector.LoadUnsafe(ref block, i + (7 * lanes));
            }
        }

        return Vector.Sum(a + b + c + d + e + f + g + h);
    }
}
