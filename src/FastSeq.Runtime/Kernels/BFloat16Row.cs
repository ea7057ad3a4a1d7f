using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>
/// One row times the whole blocks of a <see cref="BFloat16Weight"/>: what a step does. It is bound by reading the weight, so little may come between a tile and the next. The bits are
/// those of <see cref="BFloat16Tile{TVector, TWidth, TPairs, TWords}"/>.
/// </summary>
/// <typeparam name="TVector">A register of floats, or a float.</typeparam>
/// <typeparam name="TWidth">Its operations.</typeparam>
/// <typeparam name="TPairs">How it is unpacked.</typeparam>
static class BFloat16Row<TVector, TWidth, TPairs>
    where TVector : unmanaged
    where TWidth : struct, IRegisterWidth<float, TVector>
    where TPairs : struct, IWordPairs<TVector>
{
    const int Block = BFloat16Weight.BlockWords;
    const int Run16 = BFloat16Weight.RunColumns;

    /// <summary>Computes the sums of some blocks.</summary>
    /// <param name="operands">The first block; of the columns of registers and the strides of rows nothing is read.</param>
    /// <param name="blocks">How many blocks, one behind the other.</param>
    /// <param name="descending">Whether the last block comes first; changes no bit.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(scoped ref readonly BFloat16Operands operands, int blocks, bool descending)
    {
        nint inner = operands.Inner, first = descending ? blocks - 1 : 0, step = descending ? -1 : 1;
        ref float x = ref operands.X;
        ref uint words = ref Unsafe.Add(ref operands.Words, first * inner * Block);
        ref float bias = ref Unsafe.Add(ref operands.Bias, first * 2 * Block);
        ref float sums = ref Unsafe.Add(ref operands.Sums, first * 2 * Block);
        for (; blocks > 0; blocks--)
        {
            for (int word = 0; word < Block; word += 4 * TWidth.Lanes)
            {
                ref float from = ref Unsafe.Add(ref bias, ColumnOf(word));
                TVector u0 = TWidth.Load(in from), l0 = TWidth.Load(in Unsafe.Add(ref from, Run16));
                TVector u1 = TWidth.Load(in Unsafe.Add(ref from, Column(1))), l1 = TWidth.Load(in Unsafe.Add(ref from, Column(1) + Run16));
                TVector u2 = TWidth.Load(in Unsafe.Add(ref from, Column(2))), l2 = TWidth.Load(in Unsafe.Add(ref from, Column(2) + Run16));
                TVector u3 = TWidth.Load(in Unsafe.Add(ref from, Column(3))), l3 = TWidth.Load(in Unsafe.Add(ref from, Column(3) + Run16));
                ref uint pairs = ref Unsafe.Add(ref words, word);
                for (nint k = 0; k < inner; k++)
                {
                    TVector b = TWidth.Broadcast(in Unsafe.Add(ref x, k));
                    Add(in pairs, b, ref u0, ref l0);
                    Add(in Unsafe.Add(ref pairs, TWidth.Lanes), b, ref u1, ref l1);
                    Add(in Unsafe.Add(ref pairs, 2 * TWidth.Lanes), b, ref u2, ref l2);
                    Add(in Unsafe.Add(ref pairs, 3 * TWidth.Lanes), b, ref u3, ref l3);
                    pairs = ref Unsafe.Add(ref pairs, Block);
                }

                ref float to = ref Unsafe.Add(ref sums, ColumnOf(word));
                TWidth.Store(u0, ref to);
                TWidth.Store(l0, ref Unsafe.Add(ref to, Run16));
                TWidth.Store(u1, ref Unsafe.Add(ref to, Column(1)));
                TWidth.Store(l1, ref Unsafe.Add(ref to, Column(1) + Run16));
                TWidth.Store(u2, ref Unsafe.Add(ref to, Column(2)));
                TWidth.Store(l2, ref Unsafe.Add(ref to, Column(2) + Run16));
                TWidth.Store(u3, ref Unsafe.Add(ref to, Column(3)));
                TWidth.Store(l3, ref Unsafe.Add(ref to, Column(3) + Run16));
            }

            words = ref Unsafe.Add(ref words, step * inner * Block);
            bias = ref Unsafe.Add(ref bias, step * 2 * Block);
            sums = ref Unsafe.Add(ref sums, step * 2 * Block);
        }
    }

    /// <summary>The column of the upper number of a word of a block.</summary>
    static int ColumnOf(int word) => (word / Run16 * 2 * Run16) + (word % Run16);

    /// <summary>Columns from the first register of a tile to another: a tile begins with a run, or lies within one.</summary>
    static int Column(int register) => ColumnOf(register * TWidth.Lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add(ref readonly uint pairs, TVector b, ref TVector u, ref TVector l)
    {
        TPairs.Unpack(in pairs, out TVector upper, out TVector lower);
        u = TWidth.MultiplyAdd(b, upper, u);
        l = TWidth.MultiplyAdd(b, lower, l);
    }
}
