using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>A whole number as a type, so that a comparison with it folds when a tile is compiled.</summary>
interface ISize
{
    static abstract int Value { get; }
}

readonly struct Size1 : ISize { public static int Value => 1; }
readonly struct Size2 : ISize { public static int Value => 2; }
readonly struct Size3 : ISize { public static int Value => 3; }
readonly struct Size4 : ISize { public static int Value => 4; }
readonly struct Size5 : ISize { public static int Value => 5; }
readonly struct Size6 : ISize { public static int Value => 6; }
readonly struct Size7 : ISize { public static int Value => 7; }
readonly struct Size8 : ISize { public static int Value => 8; }
readonly struct Size9 : ISize { public static int Value => 9; }
readonly struct Size10 : ISize { public static int Value => 10; }
readonly struct Size11 : ISize { public static int Value => 11; }
readonly struct Size12 : ISize { public static int Value => 12; }

/// <summary>What a tile reads and writes: c[i, j] = start[i, j] + sum over k ascending of a[i, k] * panel[k, j].</summary>
ref struct TileOperands<T>
    where T : unmanaged
{
    public int Inner;

    /// <summary>a[i, k] is at i * ARowStride + k * AStep elements: rows of a matrix, or its columns.</summary>
    public ref T A;
    public nint ARowStride, AStep;

    /// <summary>The next tile of r rows begins r * ATileStride elements on.</summary>
    public nint ATileStride;

    /// <summary>The rows of every tile but the last, where a is packed for it; 0 where rows may be divided evenly.</summary>
    public int FixedRows;

    public ref T Panel;
    public nint PanelStride;

    /// <summary>What the sums start from: c itself, one row for all (row stride 0), or the same zeros everywhere (both strides 0).</summary>
    public ref T Start;
    public nint StartRowStride, StartColumnStride;

    public ref T C;
    public nint CStride;

    /// <summary>Whether the sums start from c.</summary>
    public readonly bool AddsToC => StartRowStride != 0;

    /// <summary>What will be read or written soon: so many bytes of it are asked for with each tile.</summary>
    public ref T Ahead;
    public nint AheadBytes;

    /// <summary>Columns of the tile's last register that exist.</summary>
    public int LastCount;
}

/// <summary>The registers of one row of a tile: up to four.</summary>
struct TileRow<TVector>
{
    public TVector V0, V1, V2, V3;
}

/// <summary>The product's innermost loop: one tile of c in registers, k running.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TVector">A register of T.</typeparam>
/// <typeparam name="TWidth">Its operations.</typeparam>
/// <typeparam name="TVectors">Registers a row, 1 to 4.</typeparam>
static class RegisterTile<T, TVector, TWidth, TVectors>
    where T : unmanaged
    where TVector : unmanaged
    where TWidth : struct, IRegisterWidth<T, TVector>
    where TVectors : struct, ISize
{
    /// <summary>The steps of k from which on a tile takes so long that asking for memory costs next to nothing.</summary>
    const int LongTile = 100;

    /// <summary>
    /// Computes TRows rows of c, <paramref name="tiles"/> times one below the other, and moves the operands on.
    /// Every condition on TRows and TVectors is a constant, and what it excludes is not compiled.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run<TRows>(scoped ref TileOperands<T> operands, int tiles)
        where TRows : struct, ISize
    {
        TileRow<TVector> c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11;
        Unsafe.SkipInit(out c1);
        Unsafe.SkipInit(out c2);
        Unsafe.SkipInit(out c3);
        Unsafe.SkipInit(out c4);
        Unsafe.SkipInit(out c5);
        Unsafe.SkipInit(out c6);
        Unsafe.SkipInit(out c7);
        Unsafe.SkipInit(out c8);
        Unsafe.SkipInit(out c9);
        Unsafe.SkipInit(out c10);
        Unsafe.SkipInit(out c11);

        // One pointer for three rows: [a], [a + stride], [a + 2 stride] are addressing modes.
        nint stride = operands.ARowStride * Unsafe.SizeOf<T>();
        nint step = operands.AStep * Unsafe.SizeOf<T>();
        nint panelStep = operands.PanelStride * Unsafe.SizeOf<T>();

        // A last register that is not full goes to a scratch area first, of which the columns that exist are copied.
        bool full = operands.LastCount == TWidth.Lanes;
        Scratch scratch;
        Unsafe.SkipInit(out scratch);
        nint cStride = operands.CStride, lastStride = full ? cStride : TWidth.Lanes;
        for (; tiles > 0; tiles--)
        {
            CacheLines.Prefetch(ref operands.Ahead, operands.AheadBytes);
            operands.Ahead = ref Unsafe.AddByteOffset(ref operands.Ahead, operands.AheadBytes);
            ref T start = ref operands.Start;
            nint startStride = operands.StartRowStride;
            c0 = Load(ref start);
            if (TRows.Value > 1) c1 = Load(ref Unsafe.Add(ref start, startStride));
            if (TRows.Value > 2) c2 = Load(ref Unsafe.Add(ref start, 2 * startStride));
            if (TRows.Value > 3) c3 = Load(ref Unsafe.Add(ref start, 3 * startStride));
            if (TRows.Value > 4) c4 = Load(ref Unsafe.Add(ref start, 4 * startStride));
            if (TRows.Value > 5) c5 = Load(ref Unsafe.Add(ref start, 5 * startStride));
            if (TRows.Value > 6) c6 = Load(ref Unsafe.Add(ref start, 6 * startStride));
            if (TRows.Value > 7) c7 = Load(ref Unsafe.Add(ref start, 7 * startStride));
            if (TRows.Value > 8) c8 = Load(ref Unsafe.Add(ref start, 8 * startStride));
            if (TRows.Value > 9) c9 = Load(ref Unsafe.Add(ref start, 9 * startStride));
            if (TRows.Value > 10) c10 = Load(ref Unsafe.Add(ref start, 10 * startStride));
            if (TRows.Value > 11) c11 = Load(ref Unsafe.Add(ref start, 11 * startStride));

            // A tile that takes long asks for what it will store to, or for the sums that the next one starts from.
            if (operands.Inner >= LongTile)
            {
                ref T needed = ref Unsafe.Add(ref operands.C, operands.AddsToC ? cStride * TRows.Value : 0);
                for (int row = 0; row < TRows.Value; row++)
                {
                    CacheLines.PrefetchFew(ref needed, TVectors.Value * TWidth.Lanes * Unsafe.SizeOf<T>());
                    needed = ref Unsafe.Add(ref needed, cStride);
                }
            }

            ref T a0 = ref operands.A;
            ref T a3 = ref Unsafe.AddByteOffset(ref a0, TRows.Value > 3 ? 3 * stride : 0);
            ref T a6 = ref Unsafe.AddByteOffset(ref a0, TRows.Value > 6 ? 6 * stride : 0);
            ref T a9 = ref Unsafe.AddByteOffset(ref a0, TRows.Value > 9 ? 9 * stride : 0);
            ref T panel = ref operands.Panel;
            for (int k = operands.Inner; k > 0; k--)
            {
                TileRow<TVector> b = Load(ref panel);
                c0 = MultiplyAdd(ref a0, b, c0);
                if (TRows.Value > 1) c1 = MultiplyAdd(ref Unsafe.AddByteOffset(ref a0, stride), b, c1);
                if (TRows.Value > 2) c2 = MultiplyAdd(ref Unsafe.AddByteOffset(ref a0, 2 * stride), b, c2);
                if (TRows.Value > 3) c3 = MultiplyAdd(ref a3, b, c3);
                if (TRows.Value > 4) c4 = MultiplyAdd(ref Unsafe.AddByteOffset(ref a3, stride), b, c4);
                if (TRows.Value > 5) c5 = MultiplyAdd(ref Unsafe.AddByteOffset(ref a3, 2 * stride), b, c5);
                if (TRows.Value > 6) c6 = MultiplyAdd(ref a6, b, c6);
                if (TRows.Value > 7) c7 = MultiplyAdd(ref Unsafe.AddByteOffset(ref a6, stride), b, c7);
                if (TRows.Value > 8) c8 = MultiplyAdd(ref Unsafe.AddByteOffset(ref a6, 2 * stride), b, c8);
                if (TRows.Value > 9) c9 = MultiplyAdd(ref a9, b, c9);
                if (TRows.Value > 10) c10 = MultiplyAdd(ref Unsafe.AddByteOffset(ref a9, stride), b, c10);
                if (TRows.Value > 11) c11 = MultiplyAdd(ref Unsafe.AddByteOffset(ref a9, 2 * stride), b, c11);

                a0 = ref Unsafe.AddByteOffset(ref a0, step);
                if (TRows.Value > 3) a3 = ref Unsafe.AddByteOffset(ref a3, step);
                if (TRows.Value > 6) a6 = ref Unsafe.AddByteOffset(ref a6, step);
                if (TRows.Value > 9) a9 = ref Unsafe.AddByteOffset(ref a9, step);
                panel = ref Unsafe.AddByteOffset(ref panel, panelStep);
            }

            ref T c = ref operands.C;
            ref T last = ref full ? ref Unsafe.Add(ref c, (TVectors.Value - 1) * TWidth.Lanes) : ref Unsafe.As<Scratch, T>(ref scratch);
            Store(c0, ref c, ref last);
            if (TRows.Value > 1) Store(c1, ref Unsafe.Add(ref c, cStride), ref Unsafe.Add(ref last, lastStride));
            if (TRows.Value > 2) Store(c2, ref Unsafe.Add(ref c, 2 * cStride), ref Unsafe.Add(ref last, 2 * lastStride));
            if (TRows.Value > 3) Store(c3, ref Unsafe.Add(ref c, 3 * cStride), ref Unsafe.Add(ref last, 3 * lastStride));
            if (TRows.Value > 4) Store(c4, ref Unsafe.Add(ref c, 4 * cStride), ref Unsafe.Add(ref last, 4 * lastStride));
            if (TRows.Value > 5) Store(c5, ref Unsafe.Add(ref c, 5 * cStride), ref Unsafe.Add(ref last, 5 * lastStride));
            if (TRows.Value > 6) Store(c6, ref Unsafe.Add(ref c, 6 * cStride), ref Unsafe.Add(ref last, 6 * lastStride));
            if (TRows.Value > 7) Store(c7, ref Unsafe.Add(ref c, 7 * cStride), ref Unsafe.Add(ref last, 7 * lastStride));
            if (TRows.Value > 8) Store(c8, ref Unsafe.Add(ref c, 8 * cStride), ref Unsafe.Add(ref last, 8 * lastStride));
            if (TRows.Value > 9) Store(c9, ref Unsafe.Add(ref c, 9 * cStride), ref Unsafe.Add(ref last, 9 * lastStride));
            if (TRows.Value > 10) Store(c10, ref Unsafe.Add(ref c, 10 * cStride), ref Unsafe.Add(ref last, 10 * lastStride));
            if (TRows.Value > 11) Store(c11, ref Unsafe.Add(ref c, 11 * cStride), ref Unsafe.Add(ref last, 11 * lastStride));
            if (!full) CopyLast(in operands, TRows.Value, ref Unsafe.As<Scratch, T>(ref scratch));

            operands.A = ref Unsafe.Add(ref operands.A, operands.ATileStride * TRows.Value);
            operands.Start = ref Unsafe.Add(ref start, startStride * TRows.Value);
            operands.C = ref Unsafe.Add(ref c, cStride * TRows.Value);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TileRow<TVector> MultiplyAdd(ref readonly T a, TileRow<TVector> b, TileRow<TVector> c)
    {
        TVector lanes = TWidth.Broadcast(in a);
        c.V0 = TWidth.MultiplyAdd(lanes, b.V0, c.V0);
        if (TVectors.Value > 1) c.V1 = TWidth.MultiplyAdd(lanes, b.V1, c.V1);
        if (TVectors.Value > 2) c.V2 = TWidth.MultiplyAdd(lanes, b.V2, c.V2);
        if (TVectors.Value > 3) c.V3 = TWidth.MultiplyAdd(lanes, b.V3, c.V3);
        return c;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TileRow<TVector> Load(ref T source)
    {
        Unsafe.SkipInit(out TileRow<TVector> row);
        row.V0 = TWidth.Load(in source);
        if (TVectors.Value > 1) row.V1 = TWidth.Load(in Unsafe.Add(ref source, TWidth.Lanes));
        if (TVectors.Value > 2) row.V2 = TWidth.Load(in Unsafe.Add(ref source, 2 * TWidth.Lanes));
        if (TVectors.Value > 3) row.V3 = TWidth.Load(in Unsafe.Add(ref source, 3 * TWidth.Lanes));
        return row;
    }

    /// <summary>Stores a row, its last register elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(TileRow<TVector> row, ref T c, ref T last)
    {
        if (TVectors.Value > 1) TWidth.Store(row.V0, ref c);
        if (TVectors.Value > 2) TWidth.Store(row.V1, ref Unsafe.Add(ref c, TWidth.Lanes));
        if (TVectors.Value > 3) TWidth.Store(row.V2, ref Unsafe.Add(ref c, 2 * TWidth.Lanes));
        if (TVectors.Value == 1) TWidth.Store(row.V0, ref last);
        if (TVectors.Value == 2) TWidth.Store(row.V1, ref last);
        if (TVectors.Value == 3) TWidth.Store(row.V2, ref last);
        if (TVectors.Value == 4) TWidth.Store(row.V3, ref last);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void CopyLast(scoped ref readonly TileOperands<T> operands, int rows, ref T scratch)
    {
        ref T c = ref Unsafe.Add(ref operands.C, (TVectors.Value - 1) * TWidth.Lanes);
        for (int row = 0; row < rows; row++)
        {
            TWidth.Store(TWidth.Load(in scratch), ref c, operands.LastCount);
            scratch = ref Unsafe.Add(ref scratch, TWidth.Lanes);
            c = ref Unsafe.Add(ref c, operands.CStride);
        }
    }

    [InlineArray(12)]
    struct Scratch
    {
        TVector _first;
    }
}
