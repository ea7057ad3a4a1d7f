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

    /// <summary>Where k runs over several stretches of <see cref="Inner"/> that do not follow each other in a: how many (0 means one), and the elements from one to the next.</summary>
    public int Stretches;
    public nint StretchStride;

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

    /// <summary>
    /// Whether what lies behind the columns of a row of c, up to a register's width, holds nothing yet: then only the last tile needs to store exactly, because rows are
    /// stored from the first to the last, and each puts right what the one above it has overwritten.
    /// </summary>
    public bool StoresWhole;

    /// <summary>Whether other tiles follow those of the current call.</summary>
    public bool MoreBelow;

    /// <summary>Whether the sums start from c.</summary>
    public readonly bool AddsToC => StartRowStride != 0;

    /// <summary>What will be read or written soon: so many bytes of it are asked for with each tile.</summary>
    public ref T Ahead;
    public nint AheadBytes;

    /// <summary>Columns of the tile's last register that exist.</summary>
    public int LastCount;
}

/// <summary>The product's innermost loop: one tile of c in registers, k running; then the tile below it.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TRow">The registers of a row.</typeparam>
static class RegisterTile<T, TRow>
    where T : unmanaged
    where TRow : unmanaged, ITileRow<T, TRow>
{
    /// <summary>The steps of k from which on a tile takes so long that asking for memory costs next to nothing.</summary>
    const int LongTile = 100;

    /// <summary>
    /// Computes TRows rows of c, <paramref name="tiles"/> times one below the other, and moves the operands on.
    /// Every condition on TRows is a constant, and what it excludes is not compiled.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run<TRows>(scoped ref TileOperands<T> operands, int tiles)
        where TRows : struct, ISize
    {
        TRow c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11;
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
        nint stretchStep = (operands.StretchStride * Unsafe.SizeOf<T>()) - (operands.Inner * step);

        // A last register that is not full goes to a scratch area first, of which the columns that exist are copied.
        bool full = operands.LastCount == TRow.Lanes, whole = full || operands.StoresWhole;
        Scratch scratch;
        Unsafe.SkipInit(out scratch);
        nint cStride = operands.CStride;
        for (; tiles > 0; tiles--)
        {
            CacheLines.Prefetch(ref operands.Ahead, operands.AheadBytes);
            operands.Ahead = ref Unsafe.AddByteOffset(ref operands.Ahead, operands.AheadBytes);
            ref T start = ref operands.Start;
            nint startStride = operands.StartRowStride;
            c0 = TRow.Load(ref start);
            if (TRows.Value > 1) c1 = TRow.Load(ref Unsafe.Add(ref start, startStride));
            if (TRows.Value > 2) c2 = TRow.Load(ref Unsafe.Add(ref start, 2 * startStride));
            if (TRows.Value > 3) c3 = TRow.Load(ref Unsafe.Add(ref start, 3 * startStride));
            if (TRows.Value > 4) c4 = TRow.Load(ref Unsafe.Add(ref start, 4 * startStride));
            if (TRows.Value > 5) c5 = TRow.Load(ref Unsafe.Add(ref start, 5 * startStride));
            if (TRows.Value > 6) c6 = TRow.Load(ref Unsafe.Add(ref start, 6 * startStride));
            if (TRows.Value > 7) c7 = TRow.Load(ref Unsafe.Add(ref start, 7 * startStride));
            if (TRows.Value > 8) c8 = TRow.Load(ref Unsafe.Add(ref start, 8 * startStride));
            if (TRows.Value > 9) c9 = TRow.Load(ref Unsafe.Add(ref start, 9 * startStride));
            if (TRows.Value > 10) c10 = TRow.Load(ref Unsafe.Add(ref start, 10 * startStride));
            if (TRows.Value > 11) c11 = TRow.Load(ref Unsafe.Add(ref start, 11 * startStride));

            // A tile that takes long asks for what it will store to, or for the sums that the next one starts from.
            int stretches = operands.Stretches;
            if (operands.Inner >= LongTile || stretches > 1)
            {
                ref T needed = ref Unsafe.Add(ref operands.C, operands.AddsToC ? cStride * TRows.Value : 0);
                for (int row = 0; row < TRows.Value; row++)
                {
                    CacheLines.PrefetchFew(ref needed, TRow.Vectors * TRow.Lanes * Unsafe.SizeOf<T>());
                    needed = ref Unsafe.Add(ref needed, cStride);
                }
            }

            ref T a0 = ref operands.A;
            ref T a3 = ref Unsafe.AddByteOffset(ref a0, TRows.Value > 3 ? 3 * stride : 0);
            ref T a6 = ref Unsafe.AddByteOffset(ref a0, TRows.Value > 6 ? 6 * stride : 0);
            ref T a9 = ref Unsafe.AddByteOffset(ref a0, TRows.Value > 9 ? 9 * stride : 0);
            ref T panel = ref operands.Panel;
            do
            {
                for (int k = operands.Inner; k > 0; k--)
                {
                    TRow b = TRow.Load(ref panel);
                    TRow.MultiplyAdd(ref a0, b, ref c0);
                    if (TRows.Value > 1) TRow.MultiplyAdd(ref Unsafe.AddByteOffset(ref a0, stride), b, ref c1);
                    if (TRows.Value > 2) TRow.MultiplyAdd(ref Unsafe.AddByteOffset(ref a0, 2 * stride), b, ref c2);
                    if (TRows.Value > 3) TRow.MultiplyAdd(ref a3, b, ref c3);
                    if (TRows.Value > 4) TRow.MultiplyAdd(ref Unsafe.AddByteOffset(ref a3, stride), b, ref c4);
                    if (TRows.Value > 5) TRow.MultiplyAdd(ref Unsafe.AddByteOffset(ref a3, 2 * stride), b, ref c5);
                    if (TRows.Value > 6) TRow.MultiplyAdd(ref a6, b, ref c6);
                    if (TRows.Value > 7) TRow.MultiplyAdd(ref Unsafe.AddByteOffset(ref a6, stride), b, ref c7);
                    if (TRows.Value > 8) TRow.MultiplyAdd(ref Unsafe.AddByteOffset(ref a6, 2 * stride), b, ref c8);
                    if (TRows.Value > 9) TRow.MultiplyAdd(ref a9, b, ref c9);
                    if (TRows.Value > 10) TRow.MultiplyAdd(ref Unsafe.AddByteOffset(ref a9, stride), b, ref c10);
                    if (TRows.Value > 11) TRow.MultiplyAdd(ref Unsafe.AddByteOffset(ref a9, 2 * stride), b, ref c11);

                    a0 = ref Unsafe.AddByteOffset(ref a0, step);
                    if (TRows.Value > 3) a3 = ref Unsafe.AddByteOffset(ref a3, step);
                    if (TRows.Value > 6) a6 = ref Unsafe.AddByteOffset(ref a6, step);
                    if (TRows.Value > 9) a9 = ref Unsafe.AddByteOffset(ref a9, step);
                    panel = ref Unsafe.AddByteOffset(ref panel, panelStep);
                }

                a0 = ref Unsafe.AddByteOffset(ref a0, stretchStep);
                if (TRows.Value > 3) a3 = ref Unsafe.AddByteOffset(ref a3, stretchStep);
                if (TRows.Value > 6) a6 = ref Unsafe.AddByteOffset(ref a6, stretchStep);
                if (TRows.Value > 9) a9 = ref Unsafe.AddByteOffset(ref a9, stretchStep);
            }
            while (--stretches > 0);

            ref T c = ref operands.C;
            bool exact = !full && !(whole && (tiles > 1 || operands.MoreBelow));
            nint lastStride = exact ? TRow.Lanes : cStride;
            ref T last = ref !exact ? ref Unsafe.Add(ref c, (TRow.Vectors - 1) * TRow.Lanes) : ref Unsafe.As<Scratch, T>(ref scratch);
            TRow.Store(c0, ref c, ref last);
            if (TRows.Value > 1) TRow.Store(c1, ref Unsafe.Add(ref c, cStride), ref Unsafe.Add(ref last, lastStride));
            if (TRows.Value > 2) TRow.Store(c2, ref Unsafe.Add(ref c, 2 * cStride), ref Unsafe.Add(ref last, 2 * lastStride));
            if (TRows.Value > 3) TRow.Store(c3, ref Unsafe.Add(ref c, 3 * cStride), ref Unsafe.Add(ref last, 3 * lastStride));
            if (TRows.Value > 4) TRow.Store(c4, ref Unsafe.Add(ref c, 4 * cStride), ref Unsafe.Add(ref last, 4 * lastStride));
            if (TRows.Value > 5) TRow.Store(c5, ref Unsafe.Add(ref c, 5 * cStride), ref Unsafe.Add(ref last, 5 * lastStride));
            if (TRows.Value > 6) TRow.Store(c6, ref Unsafe.Add(ref c, 6 * cStride), ref Unsafe.Add(ref last, 6 * lastStride));
            if (TRows.Value > 7) TRow.Store(c7, ref Unsafe.Add(ref c, 7 * cStride), ref Unsafe.Add(ref last, 7 * lastStride));
            if (TRows.Value > 8) TRow.Store(c8, ref Unsafe.Add(ref c, 8 * cStride), ref Unsafe.Add(ref last, 8 * lastStride));
            if (TRows.Value > 9) TRow.Store(c9, ref Unsafe.Add(ref c, 9 * cStride), ref Unsafe.Add(ref last, 9 * lastStride));
            if (TRows.Value > 10) TRow.Store(c10, ref Unsafe.Add(ref c, 10 * cStride), ref Unsafe.Add(ref last, 10 * lastStride));
            if (TRows.Value > 11) TRow.Store(c11, ref Unsafe.Add(ref c, 11 * cStride), ref Unsafe.Add(ref last, 11 * lastStride));
            if (exact) CopyLast(in operands, TRows.Value, ref Unsafe.As<Scratch, T>(ref scratch));

            operands.A = ref Unsafe.Add(ref operands.A, operands.ATileStride * TRows.Value);
            operands.Start = ref Unsafe.Add(ref start, startStride * TRows.Value);
            operands.C = ref Unsafe.Add(ref c, cStride * TRows.Value);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void CopyLast(scoped ref readonly TileOperands<T> operands, int rows, ref T scratch)
    {
        ref T c = ref Unsafe.Add(ref operands.C, (TRow.Vectors - 1) * TRow.Lanes);
        for (int row = 0; row < rows; row++)
        {
            TRow.Copy(ref scratch, ref c, operands.LastCount);
            scratch = ref Unsafe.Add(ref scratch, TRow.Lanes);
            c = ref Unsafe.Add(ref c, operands.CStride);
        }
    }

    [InlineArray(12)]
    struct Scratch
    {
        TRow _first;
    }
}
