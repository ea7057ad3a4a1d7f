using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Kernels;

/// <summary>The transposed product of two tall matrices: the gradient of a weight.</summary>
/// <remarks>
/// The product's tile takes six columns of a as its rows. In a itself they would be six numbers out of each row, and rows a multiple of 1 KB apart share few sets
/// of the first-level cache; so blocks of a are brought into the order in which the tiles read them first, once for all panels of d.
/// </remarks>
public static class OuterProduct
{
    /// <summary>Rows of a that are packed at a time.</summary>
    public const int PackRows = 448;

    /// <summary>Columns of a that are packed at a time.</summary>
    public const int PackColumns = 384;

    /// <summary>Rows of a and d that are taken at a time, so that d's block stays in the first-level cache.</summary>
    const int BlockRows = 112;

    /// <summary>
    /// The same where rows of d follow each other closely. A tile of 512-bit registers takes so long for such a row that the second-level cache brings it in time, unasked; then the
    /// fewer blocks the better, as each loads and stores all sums.
    /// </summary>
    static int CloseBlockRows => Vector512.IsHardwareAccelerated ? PackRows : BlockRows;

    /// <summary>Columns of a that make a tile.</summary>
    const int TileColumns = 6;

    /// <summary>The elements that <see cref="Pack"/> overwrites for a matrix with <paramref name="inner"/> columns.</summary>
    public static int PackedLength(int inner) => PackRows * (Math.Min(inner, PackColumns) + TileColumns - 1) + 8;

    /// <summary>Brings columns of a into the order of tiles: [tile][row][six columns].</summary>
    /// <remarks>Eight elements are copied for every six: loads of a run up to 7 elements past the last one.</remarks>
    /// <param name="rows">Rows of a, at most <see cref="PackRows"/>.</param>
    /// <param name="inner">Columns of a, at most <see cref="PackColumns"/>.</param>
    /// <param name="a">[rows, inner], rows <paramref name="aStride"/> apart.</param>
    /// <param name="aStride">Elements from a row of a to the next.</param>
    /// <param name="packed">Overwritten: up to <see cref="PackedLength"/> elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack<T>(int rows, int inner, ref readonly T a, int aStride, ref T packed)
        where T : unmanaged
    {
        ref T to = ref packed;
        for (int column = 0; column < inner; column += TileColumns)
        {
            ref T from = ref Unsafe.Add(ref Unsafe.AsRef(in a), column);
            for (int row = 0; row < rows; row++)
            {
                Unsafe.As<T, Copied<T>>(ref to) = Unsafe.As<T, Copied<T>>(ref from);
                to = ref Unsafe.Add(ref to, TileColumns);
                from = ref Unsafe.Add(ref from, aStride);
            }
        }
    }

    /// <summary>
    /// w[k, j] += sum over r ascending of a[r, k] * d[r, j].
    /// </summary>
    /// <remarks>Loads of d and w may run up to 63 bytes past the last column; stores are exact. Nothing is allocated.</remarks>
    /// <param name="rows">Rows of a and d; 0 does nothing.</param>
    /// <param name="inner">Columns of a, rows of w.</param>
    /// <param name="packed">What <see cref="Pack"/> made of a.</param>
    /// <param name="d">[rows, columns], rows <paramref name="dStride"/> apart.</param>
    /// <param name="dStride">Elements from a row of d to the next.</param>
    /// <param name="columns">Columns of d and of w.</param>
    /// <param name="w">[inner, columns], rows <paramref name="wStride"/> apart; added to.</param>
    /// <param name="wStride">Elements from a row of w to the next.</param>
    /// <param name="isFirst">Whether nobody has read these rows of d just before, other columns of them for instance: then they are fetched ahead, whole.</param>
    public static void Accumulate<T>(
        int rows, int inner, ref readonly T packed, ref readonly T d, int dStride, int columns, ref T w, int wStride, bool isFirst = true)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int blockRows = dStride <= 2 * columns ? CloseBlockRows : BlockRows;
        Accumulate(rows, inner, in packed, TileColumns, rows, TileColumns, in d, dStride, columns, ref w, wStride, blockRows, isFirst);
    }

    /// <summary>The same where a is not packed, for few columns of d.</summary>
    /// <param name="rows">Rows of a and d; 0 does nothing.</param>
    /// <param name="inner">Columns of a, rows of w.</param>
    /// <param name="a">[rows, inner], rows <paramref name="aStride"/> apart.</param>
    /// <param name="aStride">Elements from a row of a to the next.</param>
    /// <param name="d">[rows, columns], rows <paramref name="dStride"/> apart.</param>
    /// <param name="dStride">Elements from a row of d to the next.</param>
    /// <param name="columns">Columns of d and of w.</param>
    /// <param name="w">[inner, columns], rows <paramref name="wStride"/> apart; added to.</param>
    /// <param name="wStride">Elements from a row of w to the next.</param>
    public static void AccumulateUnpacked<T>(
        int rows, int inner, ref readonly T a, int aStride, ref readonly T d, int dStride, int columns, ref T w, int wStride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Accumulate(rows, inner, in a, aStride, 1, 0, in d, dStride, columns, ref w, wStride, BlockRows, isFirst: true);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Accumulate<T>(
        int rows, int inner, ref readonly T a, int aStep, int aTileStride, int fixedRows, ref readonly T d, int dStride, int columns, ref T w, int wStride, int blockRows, bool isFirst)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (inner <= 0) return;

        // The next block of d comes from far away: it is fetched bit by bit, as the tiles of this block go.
        nint ahead = blockRows * (nint)dStride * Unsafe.SizeOf<T>() / ((inner + TileColumns - 1) / TileColumns);
        for (int row = 0; row < rows; row += blockRows)
        {
            // The product's tile with a's columns as rows.
            TileOperands<T> operands = new()
            {
                Inner = Math.Min(blockRows, rows - row),
                A = ref Unsafe.Add(ref Unsafe.AsRef(in a), (nint)row * aStep),
                ARowStride = 1,
                AStep = aStep,
                ATileStride = aTileStride,
                FixedRows = fixedRows,
                Panel = ref Unsafe.Add(ref Unsafe.AsRef(in d), (nint)row * dStride),
                PanelStride = dStride,
                Start = ref w,
                StartRowStride = wStride,
                StartColumnStride = 1,
                C = ref w,
                CStride = wStride,
                Ahead = ref Unsafe.Add(ref Unsafe.AsRef(in d), (nint)(row + blockRows) * dStride),
                AheadBytes = isFirst && row + blockRows < rows ? ahead : 0,
            };
            TiledProduct.Run(ref operands, inner, columns);
        }
    }

    /// <summary>At least as many elements as a tile has columns, copied in one go.</summary>
    [InlineArray(8)]
    struct Copied<T>
    {
        T _first;
    }
}
