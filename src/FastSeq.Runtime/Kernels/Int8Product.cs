using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastSeq.Tensors;

namespace FastSeq.Kernels;

/// <summary>One quantised vector times an <see cref="Int8Weight"/>.</summary>
/// <typeparam name="TVector">A register of integers, or an integer.</typeparam>
/// <typeparam name="TWidth">Its operations.</typeparam>
static class Int8Product<TVector, TWidth>
    where TVector : unmanaged
    where TWidth : struct, IIntegerWidth<TVector>
{
    const int Block = Int8Weight.BlockColumns;
    const int Quad = Int8Weight.Quad;

    /// <summary>The registers of sums that a tile works on: twice four.</summary>
    static int TileColumns => 8 * TWidth.Lanes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        AlignedBuffer<sbyte> weights, AlignedBuffer<int> starts, AlignedBuffer<float> scales, AlignedBuffer<float> bias, int quads, int columns,
        ReadOnlySpan<byte> quantized, float scale, ref float sums, bool descending)
    {
        // Whole blocks in one loop; tiles do the rest.
        int start = columns / Block * Block;
        if (start > 0)
        {
            scoped var row = new Int8Operands
            {
                Quads = quads,
                X = ref MemoryMarshal.GetReference(quantized),
                Weights = ref weights.Reference,
                Starts = ref starts.Reference,
                Scales = ref scales.Reference,
                Bias = ref bias.Reference,
                Scale = scale,
                Sums = ref sums,
            };
            Int8Row<TVector, TWidth>.Run(in row, start / Block, descending);
        }

        if (start < bias.Length)
        {
            Tiles(weights, starts, scales, bias, start, quads, columns, quantized, scale, ref sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    static void Tiles(
        AlignedBuffer<sbyte> weights, AlignedBuffer<int> starts, AlignedBuffer<float> scales, AlignedBuffer<float> bias, int start, int quads, int columns,
        ReadOnlySpan<byte> quantized, float scale, ref float sums)
    {
        Span<float> scratch = stackalloc float[Block];
        int end = bias.Length;
        for (int column = start, count; column < end; column += count)
        {
            int inBlock = column % Block, stride = Math.Min(Block, end - (column - inBlock));
            count = stride - inBlock >= TileColumns ? TileColumns : stride - inBlock >= 4 * TWidth.Lanes ? 4 * TWidth.Lanes : TWidth.Lanes;
            bool isFull = column + count <= columns;
            scoped var tile = new Int8Operands
            {
                Quads = quads,
                X = ref MemoryMarshal.GetReference(quantized),
                Weights = ref Unsafe.Add(ref weights.Reference, ((column - inBlock) * quads * Quad) + (inBlock * Quad)),
                Stride = stride * Quad,
                Starts = ref Unsafe.Add(ref starts.Reference, column),
                Scales = ref Unsafe.Add(ref scales.Reference, column),
                Bias = ref Unsafe.Add(ref bias.Reference, column),
                Scale = scale,
                Sums = ref isFull ? ref Unsafe.Add(ref sums, column) : ref MemoryMarshal.GetReference(scratch),
            };
            if (count == TileColumns)
            {
                Int8Tile<TVector, TWidth>.Run<Size8>(in tile);
            }
            else if (count == TWidth.Lanes)
            {
                Int8Tile<TVector, TWidth>.Run<Size1>(in tile);
            }
            else
            {
                Int8Tile<TVector, TWidth>.Run<Size4>(in tile);
            }

            int exist = Math.Min(count, columns - column);
            if (!isFull && exist > 0)
            {
                scratch[..exist].CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref sums, column), exist));
            }
        }
    }
}
