using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>One quantised vector times the whole blocks of an <see cref="Int8Weight"/>: little may come between a tile and the next.</summary>
/// <typeparam name="TVector">A register of integers, or an integer.</typeparam>
/// <typeparam name="TWidth">Its operations.</typeparam>
static class Int8Row<TVector, TWidth>
    where TVector : unmanaged
    where TWidth : struct, IIntegerWidth<TVector>
{
    const int Block = Int8Weight.BlockColumns;
    const int Quad = Int8Weight.Quad;

    /// <summary>Computes the sums of some blocks.</summary>
    /// <param name="operands">The first block.</param>
    /// <param name="blocks">How many blocks, one behind the other.</param>
    /// <param name="descending">Whether the last block comes first; changes no bit.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(scoped ref readonly Int8Operands operands, int blocks, bool descending)
    {
        nint first = descending ? blocks - 1 : 0, step = descending ? -1 : 1, length = (nint)operands.Quads * Quad * Block;
        int register = TWidth.Lanes * Quad;
        float scale = operands.Scale;
        ref sbyte weights = ref Unsafe.Add(ref operands.Weights, first * length);
        nint column = first * Block;
        for (; blocks > 0; blocks--)
        {
            for (int tile = 0; tile < Block; tile += 8 * TWidth.Lanes)
            {
                ref int starts = ref Unsafe.Add(ref operands.Starts, column + tile);
                TVector a0 = TWidth.Load(in starts), a1 = TWidth.Load(in Unsafe.Add(ref starts, TWidth.Lanes));
                TVector a2 = TWidth.Load(in Unsafe.Add(ref starts, 2 * TWidth.Lanes)), a3 = TWidth.Load(in Unsafe.Add(ref starts, 3 * TWidth.Lanes));
                TVector a4 = TWidth.Load(in Unsafe.Add(ref starts, 4 * TWidth.Lanes)), a5 = TWidth.Load(in Unsafe.Add(ref starts, 5 * TWidth.Lanes));
                TVector a6 = TWidth.Load(in Unsafe.Add(ref starts, 6 * TWidth.Lanes)), a7 = TWidth.Load(in Unsafe.Add(ref starts, 7 * TWidth.Lanes));
                ref byte x = ref operands.X;
                ref sbyte row = ref Unsafe.Add(ref weights, tile * Quad);
                for (int quads = operands.Quads; quads > 0; quads--)
                {
                    TVector quad = TWidth.Broadcast(in x);
                    a0 = TWidth.MultiplyAdd(quad, in row, a0);
                    a1 = TWidth.MultiplyAdd(quad, in Unsafe.Add(ref row, register), a1);
                    a2 = TWidth.MultiplyAdd(quad, in Unsafe.Add(ref row, 2 * register), a2);
                    a3 = TWidth.MultiplyAdd(quad, in Unsafe.Add(ref row, 3 * register), a3);
                    a4 = TWidth.MultiplyAdd(quad, in Unsafe.Add(ref row, 4 * register), a4);
                    a5 = TWidth.MultiplyAdd(quad, in Unsafe.Add(ref row, 5 * register), a5);
                    a6 = TWidth.MultiplyAdd(quad, in Unsafe.Add(ref row, 6 * register), a6);
                    a7 = TWidth.MultiplyAdd(quad, in Unsafe.Add(ref row, 7 * register), a7);
                    x = ref Unsafe.Add(ref x, Quad);
                    row = ref Unsafe.Add(ref row, Block * Quad);
                }

                ref float scales = ref Unsafe.Add(ref operands.Scales, column + tile);
                ref float bias = ref Unsafe.Add(ref operands.Bias, column + tile);
                ref float sums = ref Unsafe.Add(ref operands.Sums, column + tile);
                Store(a0, 0, ref scales, scale, ref bias, ref sums);
                Store(a1, TWidth.Lanes, ref scales, scale, ref bias, ref sums);
                Store(a2, 2 * TWidth.Lanes, ref scales, scale, ref bias, ref sums);
                Store(a3, 3 * TWidth.Lanes, ref scales, scale, ref bias, ref sums);
                Store(a4, 4 * TWidth.Lanes, ref scales, scale, ref bias, ref sums);
                Store(a5, 5 * TWidth.Lanes, ref scales, scale, ref bias, ref sums);
                Store(a6, 6 * TWidth.Lanes, ref scales, scale, ref bias, ref sums);
                Store(a7, 7 * TWidth.Lanes, ref scales, scale, ref bias, ref sums);
            }

            weights = ref Unsafe.Add(ref weights, step * length);
            column += step * Block;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(TVector sum, int column, ref float scales, float scale, ref float bias, ref float sums) =>
        TWidth.Store(sum, in Unsafe.Add(ref scales, column), scale, in Unsafe.Add(ref bias, column), ref Unsafe.Add(ref sums, column));
}
