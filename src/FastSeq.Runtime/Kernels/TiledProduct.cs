using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace FastSeq.Kernels;

/// <summary>Cuts a product into register tiles: rows evenly, columns by the registers that a row of a tile has.</summary>
static class TiledProduct
{
    /// <summary>Rows of which so few tiles are lower than the others that it does not matter.</summary>
    const int ManyRows = 48;

    /// <summary>Computes all rows and columns in the widest vectors that the machine has.</summary>
    /// <param name="operands">The product; its LastCount is set here.</param>
    /// <param name="rows">Rows of c.</param>
    /// <param name="columns">Columns of c.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<T>(ref TileOperands<T> operands, int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Columns<T, Vector512<T>, Width512<T>>(ref operands, rows, columns, maxVectors: 4);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            // Of 16 registers twelve hold sums: 6 rows of two or 4 rows of three. Two read less of the panel; but few rows that are no sixes would make many tiles of ten sums,
            // which wait for their own last multiply-add, and three columns of registers would make a tile of six.
            bool sixes = operands.FixedRows > 0 || (columns > 3 * Vector256<T>.Count && (rows % 6 == 0 || rows >= ManyRows));
            Columns<T, Vector256<T>, Width256<T>>(ref operands, rows, columns, maxVectors: sixes ? 2 : 3);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            // ARM64 has 32 registers, as AVX-512 has.
            Columns<T, Vector128<T>, Width128<T>>(ref operands, rows, columns, maxVectors: AdvSimd.IsSupported ? 4 : 2);
        }
        else
        {
            Columns<T, T, WidthScalar<T>>(ref operands, rows, columns, maxVectors: 2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Columns<T, TVector, TWidth>(ref TileOperands<T> operands, int rows, int columns, int maxVectors)
        where T : unmanaged
        where TVector : unmanaged
        where TWidth : struct, IRegisterWidth<T, TVector>
    {
        ref T panel = ref operands.Panel;
        ref T start = ref operands.Start;
        ref T c = ref operands.C;

        // Columns that are cut have their first part stored already when the last one is.
        operands.StoresWhole &= columns <= maxVectors * TWidth.Lanes;
        int left = (columns + TWidth.Lanes - 1) / TWidth.Lanes;
        for (int column = 0, vectors; left > 0; left -= vectors, column += vectors * TWidth.Lanes)
        {
            // Four registers are twice two, not three and one.
            vectors = left == 4 && maxVectors == 3 ? 2 : Math.Min(left, maxVectors);
            operands.LastCount = Math.Min(columns - column, vectors * TWidth.Lanes) - ((vectors - 1) * TWidth.Lanes);
            operands.Panel = ref Unsafe.Add(ref panel, column);
            operands.Start = ref Unsafe.Add(ref start, column * operands.StartColumnStride);
            operands.C = ref Unsafe.Add(ref c, column);
            switch (vectors)
            {
                case 1: Rows<T, TileRow1<T, TVector, TWidth>>(ref operands, rows, maxRows: maxVectors == 4 ? 12 : 6); break;
                case 2: Rows<T, TileRow2<T, TVector, TWidth>>(ref operands, rows, maxRows: maxVectors == 4 ? 12 : 6); break;
                case 3: Rows<T, TileRow3<T, TVector, TWidth>>(ref operands, rows, maxRows: maxVectors == 4 ? 8 : 4); break;
                default: Rows<T, TileRow4<T, TVector, TWidth>>(ref operands, rows, maxRows: 6); break;
            }

            // What lies ahead was asked for with the first columns.
            operands.AheadBytes = 0;
        }
    }

    /// <summary>Rows in tiles of nearly the same height, the higher ones first: 32 at most 6 high are 6, 6, 5, 5, 5, 5.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Rows<T, TRow>(ref TileOperands<T> operands, int rows, int maxRows)
        where T : unmanaged
        where TRow : unmanaged, ITileRow<T, TRow>
    {
        ref T a = ref operands.A;
        int height = operands.FixedRows, tiles, rest;
        if (height > 0)
        {
            // Packed for tiles of so many rows, the last one lower.
            tiles = Math.DivRem(rows, height, out rest);
            if (tiles > 0) Tiles<T, TRow>(ref operands, height, tiles);
            if (rest > 0) Tiles<T, TRow>(ref operands, rest, 1);
        }
        else if (rows > 0)
        {
            tiles = (rows + maxRows - 1) / maxRows;
            height = Math.DivRem(rows, tiles, out rest);

            // What the last row of a tile overwrites must lie in the next one.
            operands.StoresWhole &= (height + 1) * operands.CStride >= TRow.Vectors * TRow.Lanes;
            operands.MoreBelow = true;
            if (rest > 0) Tiles<T, TRow>(ref operands, height + 1, rest);
            operands.MoreBelow = false;
            Tiles<T, TRow>(ref operands, height, tiles - rest);
        }

        operands.A = ref a;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Tiles<T, TRow>(ref TileOperands<T> operands, int rows, int tiles)
        where T : unmanaged
        where TRow : unmanaged, ITileRow<T, TRow>
    {
        switch (rows)
        {
            case 1: RegisterTile<T, TRow>.Run<Size1>(ref operands, tiles); break;
            case 2: RegisterTile<T, TRow>.Run<Size2>(ref operands, tiles); break;
            case 3: RegisterTile<T, TRow>.Run<Size3>(ref operands, tiles); break;
            case 4: RegisterTile<T, TRow>.Run<Size4>(ref operands, tiles); break;
            case 5: RegisterTile<T, TRow>.Run<Size5>(ref operands, tiles); break;
            case 6: RegisterTile<T, TRow>.Run<Size6>(ref operands, tiles); break;
            case 7 when TRow.Vectors < 4: RegisterTile<T, TRow>.Run<Size7>(ref operands, tiles); break;
            case 8 when TRow.Vectors < 4: RegisterTile<T, TRow>.Run<Size8>(ref operands, tiles); break;
            case 9 when TRow.Vectors < 3: RegisterTile<T, TRow>.Run<Size9>(ref operands, tiles); break;
            case 10 when TRow.Vectors < 3: RegisterTile<T, TRow>.Run<Size10>(ref operands, tiles); break;
            case 11 when TRow.Vectors < 3: RegisterTile<T, TRow>.Run<Size11>(ref operands, tiles); break;
            case 12 when TRow.Vectors < 3: RegisterTile<T, TRow>.Run<Size12>(ref operands, tiles); break;
        }
    }
}
