using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq.Kernels;

/// <summary>Many numbers in, one out: sums in double, whose order is fixed by the length and the width of the machine's vectors.</summary>
static class Reductions
{
    /// <summary>The sum of squares.</summary>
    public static double SumOfSquares<T>(ReadOnlySpan<T> block)
        where T : unmanaged, IFloatingPointIeee754<T>
        => SumOf<T, Square>(block);

    /// <summary>The sum.</summary>
    public static double Sum<T>(ReadOnlySpan<T> block)
        where T : unmanaged, IFloatingPointIeee754<T>
        => SumOf<T, Itself>(block);

    static double SumOf<T, TTerm>(ReadOnlySpan<T> block)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ITerm
        => typeof(T) == typeof(float)
            ? SumOf<TTerm>(MemoryMarshal.Cast<T, float>(block))
            : SumOf<TTerm>(MemoryMarshal.Cast<T, double>(block));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static double SumOf<TTerm>(ReadOnlySpan<float> block)
        where TTerm : struct, ITerm
    {
        ref float x = ref MemoryMarshal.GetReference(block);
        Vector<double> lower = Vector<double>.Zero, upper = Vector<double>.Zero;
        int i = 0;
        for (; i <= block.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref x, (nuint)i), out Vector<double> a, out Vector<double> b);
            lower += TTerm.Of(a);
            upper += TTerm.Of(b);
        }

        double sum = Vector.Sum(lower + upper);
        for (; i < block.Length; i++) sum += TTerm.Of((double)block[i]);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static double SumOf<TTerm>(ReadOnlySpan<double> block)
        where TTerm : struct, ITerm
    {
        ref double x = ref MemoryMarshal.GetReference(block);
        Vector<double> even = Vector<double>.Zero, odd = Vector<double>.Zero;
        int i = 0;
        for (; i <= block.Length - 2 * Vector<double>.Count; i += 2 * Vector<double>.Count)
        {
            even += TTerm.Of(Vector.LoadUnsafe(ref x, (nuint)i));
            odd += TTerm.Of(Vector.LoadUnsafe(ref x, (nuint)(i + Vector<double>.Count)));
        }

        double sum = Vector.Sum(even + odd);
        for (; i < block.Length; i++) sum += TTerm.Of(block[i]);
        return sum;
    }

    /// <summary>What is added up for each number.</summary>
    interface ITerm
    {
        static abstract Vector<double> Of(Vector<double> x);

        static abstract double Of(double x);
    }

    struct Itself : ITerm
    {
        public static Vector<double> Of(Vector<double> x) => x;

        public static double Of(double x) => x;
    }

    struct Square : ITerm
    {
        public static Vector<double> Of(Vector<double> x) => x * x;

        public static double Of(double x) => x * x;
    }
}
