using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>What a tile of a product with bfloat16 weights reads and writes: sums[r, j] = bias[j] + sum over k ascending of x[r, k] * W[k, j].</summary>
ref struct BFloat16Operands
{
    public int Inner;

    /// <summary>The first register of words of the tile's columns; the next lie behind it.</summary>
    public ref uint Words;

    /// <summary>Words from a k to the next.</summary>
    public nint Stride;

    public ref float X;
    public nint XStride;

    /// <summary>The bias and the sums of the first column.</summary>
    public ref float Bias, Sums;
    public nint SumsStride;

    /// <summary>Columns from those of the first register of words to those of the others; the lower halves are <see cref="BFloat16Weight.RunColumns"/> further on.</summary>
    public nint Column1, Column2, Column3;
}

/// <summary>The innermost loop: the sums of up to three rows and four registers of words in registers, k running.</summary>
/// <typeparam name="TVector">A register of floats, or a float.</typeparam>
/// <typeparam name="TWidth">Its operations.</typeparam>
/// <typeparam name="TPairs">How it is unpacked.</typeparam>
/// <typeparam name="TWords">The registers of words: 1, 2 or 4.</typeparam>
static class BFloat16Tile<TVector, TWidth, TPairs, TWords>
    where TVector : unmanaged
    where TWidth : struct, IRegisterWidth<float, TVector>
    where TPairs : struct, IWordPairs<TVector>
    where TWords : struct, ISize
{
    /// <summary>Computes TRows rows. Every condition on TRows and TWords is a constant, and what it excludes is not compiled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run<TRows>(scoped ref readonly BFloat16Operands operands)
        where TRows : struct, ISize
    {
        Unsafe.SkipInit(out TileRow<TVector> u0);
        Unsafe.SkipInit(out TileRow<TVector> l0);
        ref float bias = ref operands.Bias;
        nint column1 = operands.Column1, column2 = operands.Column2, column3 = operands.Column3;
        const int Run16 = BFloat16Weight.RunColumns;
        u0.V0 = TWidth.Load(in bias);
        l0.V0 = TWidth.Load(in Unsafe.Add(ref bias, Run16));
        if (TWords.Value > 1) u0.V1 = TWidth.Load(in Unsafe.Add(ref bias, column1));
        if (TWords.Value > 1) l0.V1 = TWidth.Load(in Unsafe.Add(ref bias, column1 + Run16));
        if (TWords.Value > 2) u0.V2 = TWidth.Load(in Unsafe.Add(ref bias, column2));
        if (TWords.Value > 2) l0.V2 = TWidth.Load(in Unsafe.Add(ref bias, column2 + Run16));
        if (TWords.Value > 2) u0.V3 = TWidth.Load(in Unsafe.Add(ref bias, column3));
        if (TWords.Value > 2) l0.V3 = TWidth.Load(in Unsafe.Add(ref bias, column3 + Run16));
        TileRow<TVector> u1 = u0, l1 = l0, u2 = u0, l2 = l0;

        ref float x0 = ref operands.X;
        ref float x1 = ref Unsafe.Add(ref x0, TRows.Value > 1 ? operands.XStride : 0);
        ref float x2 = ref Unsafe.Add(ref x1, TRows.Value > 2 ? operands.XStride : 0);
        ref uint first = ref operands.Words;
        nint stride = operands.Stride, inner = operands.Inner;
        for (nint k = 0; k < inner; k++)
        {
            TVector b0 = TWidth.Broadcast(in Unsafe.Add(ref x0, k)), b1 = b0, b2 = b0;
            if (TRows.Value > 1) b1 = TWidth.Broadcast(in Unsafe.Add(ref x1, k));
            if (TRows.Value > 2) b2 = TWidth.Broadcast(in Unsafe.Add(ref x2, k));
            Add<TRows>(ref first, b0, b1, b2, ref u0.V0, ref l0.V0, ref u1.V0, ref l1.V0, ref u2.V0, ref l2.V0);
            if (TWords.Value > 1) Add<TRows>(ref Unsafe.Add(ref first, TWidth.Lanes), b0, b1, b2, ref u0.V1, ref l0.V1, ref u1.V1, ref l1.V1, ref u2.V1, ref l2.V1);
            if (TWords.Value > 2) Add<TRows>(ref Unsafe.Add(ref first, 2 * TWidth.Lanes), b0, b1, b2, ref u0.V2, ref l0.V2, ref u1.V2, ref l1.V2, ref u2.V2, ref l2.V2);
            if (TWords.Value > 2) Add<TRows>(ref Unsafe.Add(ref first, 3 * TWidth.Lanes), b0, b1, b2, ref u0.V3, ref l0.V3, ref u1.V3, ref l1.V3, ref u2.V3, ref l2.V3);
            first = ref Unsafe.Add(ref first, stride);
        }

        Store(u0, l0, ref operands.Sums, column1, column2, column3);
        if (TRows.Value > 1) Store(u1, l1, ref Unsafe.Add(ref operands.Sums, operands.SumsStride), column1, column2, column3);
        if (TRows.Value > 2) Store(u2, l2, ref Unsafe.Add(ref operands.Sums, 2 * operands.SumsStride), column1, column2, column3);
    }

    /// <summary>Adds one register of words times each row's number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add<TRows>(
        ref uint words, TVector b0, TVector b1, TVector b2,
        ref TVector u0, ref TVector l0, ref TVector u1, ref TVector l1, ref TVector u2, ref TVector l2)
        where TRows : struct, ISize
    {
        TPairs.Unpack(in words, out TVector upper, out TVector lower);
        u0 = TWidth.MultiplyAdd(b0, upper, u0);
        l0 = TWidth.MultiplyAdd(b0, lower, l0);
        if (TRows.Value > 1) u1 = TWidth.MultiplyAdd(b1, upper, u1);
        if (TRows.Value > 1) l1 = TWidth.MultiplyAdd(b1, lower, l1);
        if (TRows.Value > 2) u2 = TWidth.MultiplyAdd(b2, upper, u2);
        if (TRows.Value > 2) l2 = TWidth.MultiplyAdd(b2, lower, l2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(TileRow<TVector> upper, TileRow<TVector> lower, ref float sums, nint column1, nint column2, nint column3)
    {
        const int Run16 = BFloat16Weight.RunColumns;
        TWidth.Store(upper.V0, ref sums);
        TWidth.Store(lower.V0, ref Unsafe.Add(ref sums, Run16));
        if (TWords.Value > 1) TWidth.Store(upper.V1, ref Unsafe.Add(ref sums, column1));
        if (TWords.Value > 1) TWidth.Store(lower.V1, ref Unsafe.Add(ref sums, column1 + Run16));
        if (TWords.Value > 2) TWidth.Store(upper.V2, ref Unsafe.Add(ref sums, column2));
        if (TWords.Value > 2) TWidth.Store(lower.V2, ref Unsafe.Add(ref sums, column2 + Run16));
        if (TWords.Value > 2) TWidth.Store(upper.V3, ref Unsafe.Add(ref sums, column3));
        if (TWords.Value > 2) TWidth.Store(lower.V3, ref Unsafe.Add(ref sums, column3 + Run16));
    }
}
