using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>What a tile of a product with 8-bit weights reads and writes.</summary>
ref struct Int8Operands
{
    /// <summary>The groups of four k.</summary>
    public int Quads;

    public ref byte X;

    /// <summary>What a difference of 1 in X stands for.</summary>
    public float Scale;

    /// <summary>The first register of weights of the tile's columns; the next lie behind it.</summary>
    public ref sbyte Weights;

    /// <summary>Bytes from a group of four k to the next.</summary>
    public nint Stride;

    /// <summary>What the integer sums start from.</summary>
    public ref int Starts;

    public ref float Scales, Bias, Sums;
}

/// <summary>The innermost loop: 1, 4 or 8 registers of integer sums, k running in fours.</summary>
/// <typeparam name="TVector">A register of integers, or an integer.</typeparam>
/// <typeparam name="TWidth">Its operations.</typeparam>
static class Int8Tile<TVector, TWidth>
    where TVector : unmanaged
    where TWidth : struct, IIntegerWidth<TVector>
{
    /// <summary>Every condition on TVectors is a constant, and what it excludes is not compiled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run<TVectors>(scoped ref readonly Int8Operands operands)
        where TVectors : struct, ISize
    {
        Unsafe.SkipInit(out TileRow<TVector> a);
        Unsafe.SkipInit(out TileRow<TVector> b);
        ref int starts = ref operands.Starts;
        a.V0 = TWidth.Load(in starts);
        if (TVectors.Value > 1) a.V1 = TWidth.Load(in Unsafe.Add(ref starts, TWidth.Lanes));
        if (TVectors.Value > 1) a.V2 = TWidth.Load(in Unsafe.Add(ref starts, 2 * TWidth.Lanes));
        if (TVectors.Value > 1) a.V3 = TWidth.Load(in Unsafe.Add(ref starts, 3 * TWidth.Lanes));
        if (TVectors.Value > 4) b.V0 = TWidth.Load(in Unsafe.Add(ref starts, 4 * TWidth.Lanes));
        if (TVectors.Value > 4) b.V1 = TWidth.Load(in Unsafe.Add(ref starts, 5 * TWidth.Lanes));
        if (TVectors.Value > 4) b.V2 = TWidth.Load(in Unsafe.Add(ref starts, 6 * TWidth.Lanes));
        if (TVectors.Value > 4) b.V3 = TWidth.Load(in Unsafe.Add(ref starts, 7 * TWidth.Lanes));

        ref byte x = ref operands.X;
        ref sbyte first = ref operands.Weights;
        nint stride = operands.Stride;
        int register = TWidth.Lanes * Int8Weight.Quad;
        for (nint quads = operands.Quads; quads > 0; quads--)
        {
            TVector quad = TWidth.Broadcast(in x);
            a.V0 = TWidth.MultiplyAdd(quad, in first, a.V0);
            if (TVectors.Value > 1) a.V1 = TWidth.MultiplyAdd(quad, in Unsafe.Add(ref first, register), a.V1);
            if (TVectors.Value > 1) a.V2 = TWidth.MultiplyAdd(quad, in Unsafe.Add(ref first, 2 * register), a.V2);
            if (TVectors.Value > 1) a.V3 = TWidth.MultiplyAdd(quad, in Unsafe.Add(ref first, 3 * register), a.V3);
            if (TVectors.Value > 4) b.V0 = TWidth.MultiplyAdd(quad, in Unsafe.Add(ref first, 4 * register), b.V0);
            if (TVectors.Value > 4) b.V1 = TWidth.MultiplyAdd(quad, in Unsafe.Add(ref first, 5 * register), b.V1);
            if (TVectors.Value > 4) b.V2 = TWidth.MultiplyAdd(quad, in Unsafe.Add(ref first, 6 * register), b.V2);
            if (TVectors.Value > 4) b.V3 = TWidth.MultiplyAdd(quad, in Unsafe.Add(ref first, 7 * register), b.V3);
            x = ref Unsafe.Add(ref x, Int8Weight.Quad);
            first = ref Unsafe.Add(ref first, stride);
        }

        Store(a.V0, 0, in operands);
        if (TVectors.Value > 1) Store(a.V1, TWidth.Lanes, in operands);
        if (TVectors.Value > 1) Store(a.V2, 2 * TWidth.Lanes, in operands);
        if (TVectors.Value > 1) Store(a.V3, 3 * TWidth.Lanes, in operands);
        if (TVectors.Value > 4) Store(b.V0, 4 * TWidth.Lanes, in operands);
        if (TVectors.Value > 4) Store(b.V1, 5 * TWidth.Lanes, in operands);
        if (TVectors.Value > 4) Store(b.V2, 6 * TWidth.Lanes, in operands);
        if (TVectors.Value > 4) Store(b.V3, 7 * TWidth.Lanes, in operands);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(TVector sum, int column, scoped ref readonly Int8Operands operands) => TWidth.Store(
        sum, in Unsafe.Add(ref operands.Scales, column), operands.Scale, in Unsafe.Add(ref operands.Bias, column), ref Unsafe.Add(ref operands.Sums, column));
}
