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

/// <summary>What a tile reads and writes: c[i, j] = start + sum over k ascending of a[i, k] * panel[k, j].</summary>
ref struct TileOperands<T>
    where T : unmanaged
{
    public int Inner;

    /// <summary>a[i, k] is at i * ARowStride + k * AStep elements: rows of a matrix, or its columns.</summary>
    public ref readonly T A;
    public nint ARowStride, AStep;

    public ref readonly T Panel;
    public nint PanelStride;

    /// <summary>What the sums start from: C itself if <see cref="Accumulate"/>, else one row for all, or null for zeros.</summary>
    public ref readonly T Start;
    public bool Accumulate;

    public ref T C;
    public nint CStride;

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
    /// <summary>Computes TRows rows of c. Every condition on TRows and TVectors is a constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TRows>(scoped in TileOperands<T> operands)
        where TRows : struct, ISize
    {
        TileRow<TVector> c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11;
        Unsafe.SkipInit(out c0);
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

        c0 = StartOf(in operands, 0);
        if (TRows.Value > 1) c1 = StartOf(in operands, 1);
        if (TRows.Value > 2) c2 = StartOf(in operands, 2);
        if (TRows.Value > 3) c3 = StartOf(in operands, 3);
        if (TRows.Value > 4) c4 = StartOf(in operands, 4);
        if (TRows.Value > 5) c5 = StartOf(in operands, 5);
        if (TRows.Value > 6) c6 = StartOf(in operands, 6);
        if (TRows.Value > 7) c7 = StartOf(in operands, 7);
        if (TRows.Value > 8) c8 = StartOf(in operands, 8);
        if (TRows.Value > 9) c9 = StartOf(in operands, 9);
        if (TRows.Value > 10) c10 = StartOf(in operands, 10);
        if (TRows.Value > 11) c11 = StartOf(in operands, 11);

        // One pointer for three rows: [a], [a + stride], [a + 2 stride] are addressing modes.
        nint stride = operands.ARowStride * Unsafe.SizeOf<T>();
        nint step = operands.AStep * Unsafe.SizeOf<T>();
        nint panelStep = operands.PanelStride * Unsafe.SizeOf<T>();
        ref T a0 = ref Unsafe.AsRef(in operands.A);
        ref T a3 = ref Unsafe.AddByteOffset(ref a0, TRows.Value > 3 ? 3 * stride : 0);
        ref T a6 = ref Unsafe.AddByteOffset(ref a0, TRows.Value > 6 ? 6 * stride : 0);
        ref T a9 = ref Unsafe.AddByteOffset(ref a0, TRows.Value > 9 ? 9 * stride : 0);
        ref T panel = ref Unsafe.AsRef(in operands.Panel);

        for (int k = operands.Inner; k > 0; k--)
        {
            TileRow<TVector> b = LoadRow(ref panel);
            c0 = MultiplyAdd(a0, b, c0);
            if (TRows.Value > 1) c1 = MultiplyAdd(Unsafe.AddByteOffset(ref a0, stride), b, c1);
            if (TRows.Value > 2) c2 = MultiplyAdd(Unsafe.AddByteOffset(ref a0, 2 * stride), b, c2);
            if (TRows.Value > 3) c3 = MultiplyAdd(a3, b, c3);
            if (TRows.Value > 4) c4 = MultiplyAdd(Unsafe.AddByteOffset(ref a3, stride), b, c4);
            if (TRows.Value > 5) c5 = MultiplyAdd(Unsafe.AddByteOffset(ref a3, 2 * stride), b, c5);
            if (TRows.Value > 6) c6 = MultiplyAdd(a6, b, c6);
            if (TRows.Value > 7) c7 = MultiplyAdd(Unsafe.AddByteOffset(ref a6, stride), b, c7);
            if (TRows.Value > 8) c8 = MultiplyAdd(Unsafe.AddByteOffset(ref a6, 2 * stride), b, c8);
            if (TRows.Value > 9) c9 = MultiplyAdd(a9, b, c9);
            if (TRows.Value > 10) c10 = MultiplyAdd(Unsafe.AddByteOffset(ref a9, stride), b, c10);
            if (TRows.Value > 11) c11 = MultiplyAdd(Unsafe.AddByteOffset(ref a9, 2 * stride), b, c11);

            a0 = ref Unsafe.AddByteOffset(ref a0, step);
            if (TRows.Value > 3) a3 = ref Unsafe.AddByteOffset(ref a3, step);
            if (TRows.Value > 6) a6 = ref Unsafe.AddByteOffset(ref a6, step);
            if (TRows.Value > 9) a9 = ref Unsafe.AddByteOffset(ref a9, step);
            panel = ref Unsafe.AddByteOffset(ref panel, panelStep);
        }

        Store(in operands, 0, c0);
        if (TRows.Value > 1) Store(in operands, 1, c1);
        if (TRows.Value > 2) Store(in operands, 2, c2);
        if (TRows.Value > 3) Store(in operands, 3, c3);
        if (TRows.Value > 4) Store(in operands, 4, c4);
        if (TRows.Value > 5) Store(in operands, 5, c5);
        if (TRows.Value > 6) Store(in operands, 6, c6);
        if (TRows.Value > 7) Store(in operands, 7, c7);
        if (TRows.Value > 8) Store(in operands, 8, c8);
        if (TRows.Value > 9) Store(in operands, 9, c9);
        if (TRows.Value > 10) Store(in operands, 10, c10);
        if (TRows.Value > 11) Store(in operands, 11, c11);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TileRow<TVector> MultiplyAdd(T a, TileRow<TVector> b, TileRow<TVector> c)
    {
        TVector lanes = TWidth.Broadcast(a);
        c.V0 = TWidth.MultiplyAdd(lanes, b.V0, c.V0);
        if (TVectors.Value > 1) c.V1 = TWidth.MultiplyAdd(lanes, b.V1, c.V1);
        if (TVectors.Value > 2) c.V2 = TWidth.MultiplyAdd(lanes, b.V2, c.V2);
        if (TVectors.Value > 3) c.V3 = TWidth.MultiplyAdd(lanes, b.V3, c.V3);
        return c;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TileRow<TVector> LoadRow(ref T source)
    {
        Unsafe.SkipInit(out TileRow<TVector> row);
        row.V0 = TWidth.Load(in source);
        if (TVectors.Value > 1) row.V1 = TWidth.Load(in Unsafe.Add(ref source, TWidth.Lanes));
        if (TVectors.Value > 2) row.V2 = TWidth.Load(in Unsafe.Add(ref source, 2 * TWidth.Lanes));
        if (TVectors.Value > 3) row.V3 = TWidth.Load(in Unsafe.Add(ref source, 3 * TWidth.Lanes));
        return row;
    }

    /// <summary>The row that the sums start from. Nothing past the last column of c is read.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static TileRow<TVector> StartOf(scoped in TileOperands<T> operands, int row)
    {
        if (!operands.Accumulate)
        {
            return Unsafe.IsNullRef(in operands.Start) ? default : LoadRow(ref Unsafe.AsRef(in operands.Start));
        }

        ref T source = ref Unsafe.Add(ref operands.C, row * operands.CStride);
        Unsafe.SkipInit(out TileRow<TVector> c);
        if (TVectors.Value > 1) c.V0 = TWidth.Load(in source);
        if (TVectors.Value > 2) c.V1 = TWidth.Load(in Unsafe.Add(ref source, TWidth.Lanes));
        if (TVectors.Value > 3) c.V2 = TWidth.Load(in Unsafe.Add(ref source, 2 * TWidth.Lanes));
        TVector last = TWidth.Load(in Unsafe.Add(ref source, (TVectors.Value - 1) * TWidth.Lanes), operands.LastCount);
        if (TVectors.Value == 1) c.V0 = last;
        if (TVectors.Value == 2) c.V1 = last;
        if (TVectors.Value == 3) c.V2 = last;
        if (TVectors.Value == 4) c.V3 = last;
        return c;
    }

    /// <summary>Stores a row; the last register only as far as columns exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(scoped in TileOperands<T> operands, int row, TileRow<TVector> value)
    {
        ref T c = ref Unsafe.Add(ref operands.C, row * operands.CStride);
        if (TVectors.Value > 1) TWidth.Store(value.V0, ref c);
        if (TVectors.Value > 2) TWidth.Store(value.V1, ref Unsafe.Add(ref c, TWidth.Lanes));
        if (TVectors.Value > 3) TWidth.Store(value.V2, ref Unsafe.Add(ref c, 2 * TWidth.Lanes));
        TVector last = TVectors.Value switch { 1 => value.V0, 2 => value.V1, 3 => value.V2, _ => value.V3 };
        TWidth.Store(last, ref Unsafe.Add(ref c, (TVectors.Value - 1) * TWidth.Lanes), operands.LastCount);
    }
}
