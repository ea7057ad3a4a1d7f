using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>
/// Layer normalisation (Ba, Kiros and Hinton 2016) over the features of rows: <c>y = (x - mean)·r·weight + bias</c>, r = 1 / √(variance + ε), the variance that of the
/// row itself (divided by its size), as in PyTorch.
/// </summary>
public static class LayerNormalization
{
    /// <summary>The normalised rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="x">[rows, size].</param>
    /// <param name="weight">[size].</param>
    /// <param name="bias">[size], or a null reference.</param>
    /// <param name="y">Overwritten: [rows, size].</param>
    /// <param name="statistics">Overwritten: the mean and r of each row; or a null reference.</param>
    public static void Forward<T>(
        int rows, int size, double epsilon, ref readonly T x, ref readonly T weight, ref readonly T bias, ref T y, ref T statistics)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> ofRow = stackalloc T[2];
        for (int row = 0; row < rows; row++)
        {
            ref T from = ref Unsafe.Add(ref Unsafe.AsRef(in x), row * size);
            ref T to = ref Unsafe.Add(ref y, row * size);
            RowStatistics.Compute(1, size, size, epsilon, in from, ref ofRow[0], ofRow.Length);
            (T mean, T r) = (ofRow[0], ofRow[1]);
            if (Unsafe.IsNullRef(in bias))
            {
                Elementwise.Map(size, in from, in weight, ref to, new Scaled<T>(mean, r));
            }
            else
            {
                Elementwise.Map(size, in from, in weight, in bias, ref to, new ScaledAndShifted<T>(mean, r));
            }

            if (!Unsafe.IsNullRef(in statistics))
            {
                Unsafe.Add(ref statistics, row * 2) = mean;
                Unsafe.Add(ref statistics, (row * 2) + 1) = r;
            }
        }
    }

    /// <summary>dx = r·(g - mean of g - x̂·mean of g·x̂), g = dy·weight, x̂ = (x - mean)·r.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="x">The inputs of <see cref="Forward{T}(int, int, double, ref readonly T, ref readonly T, ref readonly T, ref T, ref T)"/>.</param>
    /// <param name="weight">[size].</param>
    /// <param name="statistics">What forward kept of each row.</param>
    /// <param name="dy">The gradients by the outputs.</param>
    /// <param name="dx">Overwritten: the gradients by the inputs.</param>
    public static void Backward<T>(int rows, int size, ref readonly T x, ref readonly T weight, ref readonly T statistics, ref readonly T dy, ref T dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T count = T.CreateTruncating(size);
        for (int row = 0; row < rows; row++)
        {
            ref T from = ref Unsafe.Add(ref Unsafe.AsRef(in x), row * size);
            ref T gradient = ref Unsafe.Add(ref Unsafe.AsRef(in dy), row * size);
            ref T ofRow = ref Unsafe.Add(ref Unsafe.AsRef(in statistics), row * 2);
            T mean = ofRow, r = Unsafe.Add(ref ofRow, 1);
            T ofGradient = Elementwise.Sum(size, in gradient, in weight, in weight, default(Times<T>)) / count;
            T ofProduct = Elementwise.Sum(size, in from, in gradient, in weight, new NormalisedTimes<T>(mean, r)) / count;
            Elementwise.Map(size, in from, in gradient, in weight, ref Unsafe.Add(ref dx, row * size), new InputSlope<T>(mean, r, ofGradient, ofProduct));
        }
    }

    /// <summary>The gradients of columns <paramref name="first"/> to <paramref name="last"/> - 1 of weight and bias: Σ dy·x̂ and Σ dy over the rows in their order.</summary>
    /// <param name="first">The first column.</param>
    /// <param name="last">The column after the last.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="stride">The numbers from one row to the next.</param>
    /// <param name="x">The inputs of forward.</param>
    /// <param name="statistics">What forward kept of each row.</param>
    /// <param name="dy">The gradients by the outputs.</param>
    /// <param name="dWeight">Added to: [size].</param>
    /// <param name="dBias">Added to: [size]; or a null reference.</param>
    public static void WeightGradient<T>(
        int first, int last, int rows, int stride, ref readonly T x, ref readonly T statistics, ref readonly T dy, ref T dWeight, ref T dBias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T weight = ref Unsafe.Add(ref dWeight, first);
        for (int row = 0; row < rows; row++)
        {
            ref T from = ref Unsafe.Add(ref Unsafe.AsRef(in x), (row * stride) + first);
            ref T gradient = ref Unsafe.Add(ref Unsafe.AsRef(in dy), (row * stride) + first);
            ref T ofRow = ref Unsafe.Add(ref Unsafe.AsRef(in statistics), row * 2);
            Elementwise.Map(last - first, in from, in gradient, in weight, ref weight, new ScaledAndShifted<T>(ofRow, Unsafe.Add(ref ofRow, 1)));
            if (!Unsafe.IsNullRef(in dBias))
            {
                ref T bias = ref Unsafe.Add(ref dBias, first);
                Elementwise.Map(last - first, in bias, in gradient, ref bias, default(Plus<T>));
            }
        }
    }

    /// <summary>a normalised, times b.</summary>
    readonly struct Scaled<T>(T mean, T r) : IFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        readonly T mean = mean, r = r;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Multiply(Normalised<T, TVector, TWidth>(a, in mean, in r), b);
    }

    /// <summary>a normalised, times b, plus c.</summary>
    readonly struct ScaledAndShifted<T>(T mean, T r) : IFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        readonly T mean = mean, r = r;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.MultiplyAdd(Normalised<T, TVector, TWidth>(a, in mean, in r), b, c);
    }

    /// <summary>a normalised, times b, times c.</summary>
    readonly struct NormalisedTimes<T>(T mean, T r) : IFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        readonly T mean = mean, r = r;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Multiply(Normalised<T, TVector, TWidth>(a, in mean, in r), TWidth.Multiply(b, c));
    }

    /// <summary>r·(b·c - ofGradient - a normalised·ofProduct).</summary>
    readonly struct InputSlope<T>(T mean, T r, T ofGradient, T ofProduct) : IFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        readonly T mean = mean, r = r, ofGradient = ofGradient, ofProduct = ofProduct;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Of<TVector, TWidth>(TVector a, TVector b, TVector c)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
        {
            TVector difference = TWidth.Subtract(TWidth.Multiply(b, c), TWidth.Broadcast(in ofGradient));
            TVector shared = TWidth.Multiply(Normalised<T, TVector, TWidth>(a, in mean, in r), TWidth.Broadcast(in ofProduct));
            return TWidth.Multiply(TWidth.Subtract(difference, shared), TWidth.Broadcast(in r));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TVector Normalised<T, TVector, TWidth>(TVector x, ref readonly T mean, ref readonly T r)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector> => TWidth.Multiply(TWidth.Subtract(x, TWidth.Broadcast(in mean)), TWidth.Broadcast(in r));
}
