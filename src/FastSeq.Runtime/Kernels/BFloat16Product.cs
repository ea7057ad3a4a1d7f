using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastSeq.Tensors;

namespace FastSeq.Kernels;

/// <summary>Cuts a product with a <see cref="BFloat16Weight"/> into register tiles.</summary>
/// <typeparam name="TVector">A register of floats, or a float.</typeparam>
/// <typeparam name="TWidth">Its operations.</typeparam>
/// <typeparam name="TPairs">How it is unpacked.</typeparam>
static class BFloat16Product<TVector, TWidth, TPairs>
    where TVector : unmanaged
    where TWidth : struct, IRegisterWidth<float, TVector>
    where TPairs : struct, IWordPairs<TVector>
{
    const int Block = BFloat16Weight.BlockWords;
    const int Run16 = BFloat16Weight.RunColumns;
    const int MaxTileRows = 3;

    const int MaxTileColumns = 2 * Block;

    /// <summary>Whether the sums of three rows of four registers of words, and what they are made of, fit into the registers.</summary>
    static bool HasManyRegisters => TWidth.Lanes == 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(AlignedBuffer<uint> words, AlignedBuffer<float> bias, int rows, int inner, int columns, ref readonly float x, ref float sums, bool descending)
    {
        // A single row goes through whole blocks in one loop; tiles do the rest.
        int start = rows == 1 ? columns / (2 * Block) * Block : 0;
        if (start > 0)
        {
            scoped var row = new BFloat16Operands { Inner = inner, Words = ref words.Reference, X = ref Unsafe.AsRef(in x), Bias = ref bias.Reference, Sums = ref sums };
            BFloat16Row<TVector, TWidth, TPairs>.Run(in row, start / Block, descending);
        }

        if (start < bias.Length / 2)
        {
            Tiles(words, bias, start, rows, inner, columns, in x, ref sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    static void Tiles(AlignedBuffer<uint> words, AlignedBuffer<float> bias, int start, int rows, int inner, int columns, ref readonly float x, ref float sums)
    {
        Span<float> scratch = stackalloc float[MaxTileRows * MaxTileColumns];
        int end = bias.Length / 2, most = rows == 1 || HasManyRegisters ? 4 : 2;
        for (int word = start, vectors; word < end; word += vectors * TWidth.Lanes)
        {
            int inBlock = word % Block, stride = Math.Min(Block, end - (word - inBlock));
            int registers = (stride - inBlock) / TWidth.Lanes;
            vectors = registers >= 4 && most >= 4 ? 4 : registers >= 2 ? 2 : 1;

            int first = ColumnOf(word), last = ColumnOf(word + (vectors * TWidth.Lanes) - 1) + Run16;
            bool isFull = last < columns;
            scoped var tile = new BFloat16Operands
            {
                Inner = inner,
                Words = ref Unsafe.Add(ref words.Reference, ((word - inBlock) * inner) + inBlock),
                Stride = stride,
                Bias = ref Unsafe.Add(ref bias.Reference, first),
                Column1 = ColumnOf(word + TWidth.Lanes) - first,
                Column2 = ColumnOf(word + (2 * TWidth.Lanes)) - first,
                Column3 = ColumnOf(word + (3 * TWidth.Lanes)) - first,
                XStride = inner,
                SumsStride = isFull ? columns : MaxTileColumns,
            };

            // Rows are split evenly: 7 are 3, 2 and 2.
            int tiles = (rows + MaxTileRows - 1) / MaxTileRows;
            for (int part = 0, row = 0, next; part < tiles; part++, row = next)
            {
                next = (int)((long)rows * (part + 1) / tiles);
                ref float destination = ref Unsafe.Add(ref sums, ((nint)row * columns) + first);
                tile.X = ref Unsafe.Add(ref Unsafe.AsRef(in x), (nint)row * inner);
                tile.Sums = ref isFull ? ref destination : ref MemoryMarshal.GetReference(scratch);
                Tile(in tile, next - row, vectors);
                for (int r = 0; r < next - row && !isFull; r++)
                {
                    for (int vector = 0; vector < vectors; vector++)
                    {
                        int column = ColumnOf(word + (vector * TWidth.Lanes)) - first;
                        CopyRun(scratch[(r * MaxTileColumns)..], ref Unsafe.Add(ref destination, r * columns), column, columns - first);
                        CopyRun(scratch[(r * MaxTileColumns)..], ref Unsafe.Add(ref destination, r * columns), column + Run16, columns - first);
                    }
                }
            }
        }
    }

    /// <summary>The column of the number in the upper half of a word; that of the lower half is a run further on.</summary>
    static int ColumnOf(int word) => (word / Run16 * 2 * Run16) + (word % Run16);

    static void CopyRun(ReadOnlySpan<float> row, ref float destination, int column, int columns)
    {
        int count = Math.Min(TWidth.Lanes, columns - column);
        if (count > 0)
        {
            row.Slice(column, count).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref destination, column), count));
        }
    }

    static void Tile(scoped ref readonly BFloat16Operands tile, int rows, int vectors)
    {
        switch (vectors)
        {
            case 1: Rows<Size1>(in tile, rows); break;
            case 2: Rows<Size2>(in tile, rows); break;
            default: Rows<Size4>(in tile, rows); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Rows<TWords>(scoped ref readonly BFloat16Operands tile, int rows)
        where TWords : struct, ISize
    {
        switch (rows)
        {
            case 1: BFloat16Tile<TVector, TWidth, TPairs, TWords>.Run<Size1>(in tile); break;
            case 2: BFloat16Tile<TVector, TWidth, TPairs, TWords>.Run<Size2>(in tile); break;
            default: BFloat16Tile<TVector, TWidth, TPairs, TWords>.Run<Size3>(in tile); break;
        }
    }
}
