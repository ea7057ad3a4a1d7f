using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq.Kernels;

/// <summary>Many numbers in, one out.</summary>
static class Reductions
{
    /// <summary>The sum of squares, in double; the order of the sum is fixed by the length and the width of the machine's vectors.</summary>
    public static double SumOfSquares<T>(ReadOnlySpan<T> block)
        where T : unmanaged, IFloatingPointIeee754<T>
        => typeof(T) == typeof(float)
            ? SumOfSquares(MemoryMarshal.Cast<T, float>(block))
            : SumOfSquares(MemoryMarshal.Cast<T, double>(block));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static double SumOfSquares(ReadOnlySpan<float> block)
    {
        ref float x = ref MemoryMarshal.GetReference(block);
        Vector<double> lower = Vector<double>.Zero, upper = Vector<double>.Zero;
        int i = 0;
        for (; i <= block.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref x, (nuint)i), out Vector<double> a, out Vector<double> b);
            lower += a * a;
            upper += b * b;
        }

        double sum = Vector.Sum(lower + upper);
        for (; i < block.Length; i++) sum += (double)block[i] * block[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static double SumOfSquares(ReadOnlySpan<double> block)
    {
        ref double x = ref MemoryMarshal.GetReference(block);
        Vector<double> even = Vector<double>.Zero, odd = Vector<double>.Zero;
        int i = 0;
        for (; i <= block.Length - 2 * Vector<double>.Count; i += 2 * Vector<double>.Count)
        {
            Vector<double> a = Vector.LoadUnsafe(ref x, (nuint)i), b = Vector.LoadUnsafe(ref x, (nuint)(i + Vector<double>.Count));
            even += a * a;
            odd += b * b;
        }

        double sum = Vector.Sum(even + odd);
        for (; i < block.Length; i++) sum += block[i] * block[i];
        return sum;
    }
}
