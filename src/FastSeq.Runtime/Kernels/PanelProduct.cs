using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>A matrix times one panel of a weight: the products of a batch.</summary>
public static class PanelProduct
{
    /// <summary>
    /// c[r, j] = (accumulate ? c[r, j] : start[j]) + sum over k of a[r, k] * panel[k, j].
    /// </summary>
    /// <remarks>
    /// One chain of multiply-adds for each output, k ascending, from the start on: bitwise what the single step of a
    /// sequence computes. Loads of the panel and of start, and of c where it is accumulated to, may run up to 63 bytes
    /// past the last column; the bytes are not used. Stores are exact, unless c is <paramref name="alone"/>. Nothing is allocated.
    /// </remarks>
    /// <param name="rows">Rows of a and c; 0 does nothing.</param>
    /// <param name="inner">Columns of a, rows of the panel.</param>
    /// <param name="a">[rows, inner], rows <paramref name="aStride"/> apart.</param>
    /// <param name="aStride">Elements from a row of a to the next.</param>
    /// <param name="panel">[inner, columns], rows <paramref name="panelStride"/> apart.</param>
    /// <param name="panelStride">Elements from a row of the panel to the next.</param>
    /// <param name="columns">Columns of the panel and of c.</param>
    /// <param name="start">One row of [columns] that every sum starts from; a null reference means zeros.</param>
    /// <param name="accumulate">Start from c instead.</param>
    /// <param name="c">[rows, columns], rows <paramref name="cStride"/> apart.</param>
    /// <param name="cStride">Elements from a row of c to the next.</param>
    /// <param name="alone">Whether nothing in c behind the first column of the first row is in use but what this product writes: then stores of all rows but the last few may run
    /// up to 63 bytes past the last column. Not together with <paramref name="accumulate"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<T>(
        int rows, int inner, ref readonly T a, int aStride, ref readonly T panel, int panelStride, int columns,
        ref readonly T start, bool accumulate, ref T c, int cStride, bool alone = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MultiplyStretches(rows, 1, 0, inner, in a, aStride, in panel, panelStride, columns, in start, accumulate, ref c, cStride, alone);
    }

    /// <summary>
    /// The same where a row of a lies in <paramref name="stretches"/> of <paramref name="inner"/> columns, <paramref name="stretchStride"/> elements from one to the next: the sums stay in
    /// registers from the first to the last.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void MultiplyStretches<T>(
        int rows, int stretches, nint stretchStride, int inner, ref readonly T a, int aStride, ref readonly T panel, int panelStride, int columns,
        ref readonly T start, bool accumulate, ref T c, int cStride, bool alone = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ZeroRow zeros = default;
        scoped TileOperands<T> operands = new()
        {
            Inner = inner,
            Stretches = stretches,
            StretchStride = stretchStride,
            A = ref Unsafe.AsRef(in a),
            ARowStride = aStride,
            AStep = 1,
            ATileStride = aStride,
            Panel = ref Unsafe.AsRef(in panel),
            PanelStride = panelStride,
            C = ref c,
            CStride = cStride,
            StoresWhole = alone && !accumulate,
        };
        if (accumulate)
        {
            operands.Start = ref c;
            operands.StartRowStride = cStride;
            operands.StartColumnStride = 1;
        }
        else if (Unsafe.IsNullRef(in start))
        {
            operands.Start = ref Unsafe.As<ZeroRow, T>(ref zeros);
        }
        else
        {
            operands.Start = ref Unsafe.AsRef(in start);
            operands.StartColumnStride = 1;
        }

        TiledProduct.Run(ref operands, rows, columns);
    }

    /// <summary>The widest row that a tile starts from: four registers of 512 bits.</summary>
    [InlineArray(256)]
    struct ZeroRow
    {
        byte _first;
    }
}
