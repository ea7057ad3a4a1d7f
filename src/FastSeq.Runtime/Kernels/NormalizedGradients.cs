using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static FastSeq.Kernels.NormalizedSums;

namespace FastSeq.Kernels;

/// <summary>The gradients of the weights and biases of a layer-normalised cell's normalisations: Σ d·x̂ and Σ d over all rows in their order.</summary>
/// <remarks>Four rows are added to the sums at a time, which are then loaded and stored a quarter as often; rows are read from one end to the other, as memory likes best.</remarks>
public static class NormalizedGradients
{
    const int Together = 4;

    /// <summary>Columns <paramref name="first"/> to <paramref name="last"/> - 1 of one normalisation.</summary>
    /// <param name="first">The first column.</param>
    /// <param name="last">The column after the last.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="gradientStride">The numbers from one row of <paramref name="d"/> to the next.</param>
    /// <param name="stride">The numbers from one row of <paramref name="x"/> to the next.</param>
    /// <param name="d">The gradients by the normalised numbers.</param>
    /// <param name="x">These before weight and bias.</param>
    /// <param name="dWeight">Added to: [size].</param>
    /// <param name="dBias">Added to: [size].</param>
    public static void Of<T>(int first, int last, int rows, int gradientStride, int stride, ref readonly T d, ref readonly T x, ref T dWeight, ref T dBias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < rows; row += Together)
        {
            scoped Rows<T> group = new()
            {
                Count = Math.Min(Together, rows - row), Stride = stride, GradientStride = gradientStride,
                D = ref At(in d, row * gradientStride, first), X = ref At(in x, row * stride, first), DWeightX = ref Unsafe.Add(ref dWeight, first), DBias = ref Unsafe.Add(ref dBias, first),
            };
            InAllWidths<T, Rows<T>, SinglePass<T>>(last - first, in group);
        }
    }

    /// <summary>The same of two normalisations whose sums go the same way on, so that gradients by both are the same.</summary>
    /// <param name="first">The first column.</param>
    /// <param name="last">The column after the last.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="gradientStride">The numbers from one row of <paramref name="d"/> to the next.</param>
    /// <param name="stride">The numbers from one row of <paramref name="x"/> and <paramref name="y"/> to the next.</param>
    /// <param name="d">The gradients by the normalised numbers.</param>
    /// <param name="x">Those of the first before weight and bias.</param>
    /// <param name="y">Those of the second.</param>
    /// <param name="dWeightX">Added to: [size].</param>
    /// <param name="dWeightY">Added to: [size].</param>
    /// <param name="dBiasX">Added to: [size].</param>
    /// <param name="dBiasY">Overwritten by the same.</param>
    public static void OfBoth<T>(
        int first, int last, int rows, int gradientStride, int stride, ref readonly T d, ref readonly T x, ref readonly T y, ref T dWeightX, ref T dWeightY, ref T dBiasX, ref T dBiasY)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < rows; row += Together)
        {
            scoped Rows<T> group = new()
            {
                Count = Math.Min(Together, rows - row), Stride = stride, GradientStride = gradientStride,
                D = ref At(in d, row * gradientStride, first), X = ref At(in x, row * stride, first), Y = ref At(in y, row * stride, first),
                DWeightX = ref Unsafe.Add(ref dWeightX, first), DWeightY = ref Unsafe.Add(ref dWeightY, first), DBias = ref Unsafe.Add(ref dBiasX, first),
            };
            InAllWidths<T, Rows<T>, TwinPass<T>>(last - first, in group);
        }

        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref dBiasX, first), last - first).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref dBiasY, first), last - first));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ref T At<T>(ref readonly T reference, int row, int column) => ref Unsafe.Add(ref Unsafe.AsRef(in reference), row + column);

    ref struct Rows<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Count, Stride, GradientStride;
        public ref T D, X, Y, DWeightX, DWeightY, DBias;
    }

    readonly struct SinglePass<T> : IPass<T, Rows<T>>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run<TVector, TWidth>(int first, int end, scoped ref readonly Rows<T> rows)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
        {
            ref T d = ref rows.D, x = ref rows.X, dWeight = ref rows.DWeightX, dBias = ref rows.DBias;
            nint dRow = rows.GradientStride, xRow = rows.Stride;
            for (nint j = first; j < end; j += TWidth.Lanes)
            {
                TVector weight = TWidth.Load(in Unsafe.Add(ref dWeight, j)), bias = TWidth.Load(in Unsafe.Add(ref dBias, j));
                nint ofD = j, ofX = j;
                for (int row = rows.Count; row > 0; row--, ofD += dRow, ofX += xRow)
                {
                    TVector gradient = TWidth.Load(in Unsafe.Add(ref d, ofD));
                    weight = TWidth.MultiplyAdd(gradient, TWidth.Load(in Unsafe.Add(ref x, ofX)), weight);
                    bias = TWidth.Add(bias, gradient);
                }

                TWidth.Store(weight, ref Unsafe.Add(ref dWeight, j));
                TWidth.Store(bias, ref Unsafe.Add(ref dBias, j));
            }
        }
    }

    readonly struct TwinPass<T> : IPass<T, Rows<T>>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run<TVector, TWidth>(int first, int end, scoped ref readonly Rows<T> rows)
            where TVector : unmanaged
            where TWidth : struct, IRegisterWidth<T, TVector>
        {
            ref T d = ref rows.D, x = ref rows.X, y = ref rows.Y, dWeightX = ref rows.DWeightX, dWeightY = ref rows.DWeightY, dBias = ref rows.DBias;
            nint dRow = rows.GradientStride, xRow = rows.Stride;
            for (nint j = first; j < end; j += TWidth.Lanes)
            {
                TVector weightX = TWidth.Load(in Unsafe.Add(ref dWeightX, j)), weightY = TWidth.Load(in Unsafe.Add(ref dWeightY, j)), bias = TWidth.Load(in Unsafe.Add(ref dBias, j));
                nint ofD = j, ofX = j;
                for (int row = rows.Count; row > 0; row--, ofD += dRow, ofX += xRow)
                {
                    TVector gradient = TWidth.Load(in Unsafe.Add(ref d, ofD));
                    weightX = TWidth.MultiplyAdd(gradient, TWidth.Load(in Unsafe.Add(ref x, ofX)), weightX);
                    weightY = TWidth.MultiplyAdd(gradient, TWidth.Load(in Unsafe.Add(ref y, ofX)), weightY);
                    bias = TWidth.Add(bias, gradient);
                }

                TWidth.Store(weightX, ref Unsafe.Add(ref dWeightX, j));
                TWidth.Store(weightY, ref Unsafe.Add(ref dWeightY, j));
                TWidth.Store(bias, ref Unsafe.Add(ref dBias, j));
            }
        }
    }
}
