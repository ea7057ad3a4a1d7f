using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>The softmax over the features of rows: <c>y_j = e^(x_j - max) / Σ_k e^(x_k - max)</c>.</summary>
public static class Softmax
{
    /// <summary>The softmax of each row.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="size">The numbers of a row, at least 1.</param>
    /// <param name="x">[rows, size].</param>
    /// <param name="y">Overwritten: [rows, size], rows that sum to 1. May be <paramref name="x"/>.</param>
    public static void Forward<T>(int rows, int size, ref readonly T x, ref T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < rows; row++)
        {
            ref T from = ref Unsafe.Add(ref Unsafe.AsRef(in x), row * size);
            ref T to = ref Unsafe.Add(ref y, row * size);
            T largest = Elementwise.Largest(size, in from);
            Elementwise.Map(size, in from, ref to, new ExponentialOf<T>(largest));
            Elementwise.Map(size, in to, ref to, new DividedBy<T>(Elementwise.Sum(size, in to, in to, in to, default(Itself<T>))));
        }
    }

    /// <summary>dx = y * (dy - Σ dy·y) of each row.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="y">What <see cref="Forward"/> gave.</param>
    /// <param name="dy">The gradients by the outputs.</param>
    /// <param name="dx">Overwritten: the gradients by the inputs.</param>
    public static void Backward<T>(int rows, int size, ref readonly T y, ref readonly T dy, ref T dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < rows; row++)
        {
            ref T output = ref Unsafe.Add(ref Unsafe.AsRef(in y), row * size);
            ref T gradient = ref Unsafe.Add(ref Unsafe.AsRef(in dy), row * size);
            T mean = Elementwise.Sum(size, in output, in gradient, in output, default(Times<T>));
            Elementwise.Map(size, in output, in gradient, ref Unsafe.Add(ref dx, row * size), new Slope<T>(mean));
        }
    }

    /// <summary>a * (b - mean).</summary>
    readonly struct Slope<T>(T mean) : IFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        readonly T mean = mean;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Multiply(a, TWidth.Subtract(b, TWidth.Broadcast(in mean)));
    }
}
