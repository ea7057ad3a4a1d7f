using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace FastSeq.Kernels;

/// <summary>The operations of a register of 32-bit sums of products of bytes.</summary>
/// <typeparam name="TVector">A register of integers, or an integer.</typeparam>
interface IIntegerWidth<TVector>
    where TVector : unmanaged
{
    static abstract int Lanes { get; }

    static abstract TVector Load(ref readonly int source);

    /// <summary>The same four bytes in each lane.</summary>
    static abstract TVector Broadcast(ref readonly byte quad);

    /// <summary>Adds to each lane the four products of bytes of 0 to 127 with signed bytes.</summary>
    static abstract TVector MultiplyAdd(TVector quad, ref readonly sbyte weights, TVector sum);

    /// <summary>destination = bias + (scale · factor) · sum; as separate operations, so that all widths give the same bits.</summary>
    static abstract void Store(TVector sum, ref readonly float scales, float factor, ref readonly float bias, ref float destination);
}

readonly struct IntegerWidth512 : IIntegerWidth<Vector512<int>>
{
    public static int Lanes => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Load(ref readonly int source) => Vector512.LoadUnsafe(in source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Broadcast(ref readonly byte quad) => Vector512.Create(Unsafe.ReadUnaligned<int>(in quad));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAdd(Vector512<int> quad, ref readonly sbyte weights, Vector512<int> sum) =>
        sum + Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(quad.AsByte(), Vector512.LoadUnsafe(in weights)), Vector512.Create((short)1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<int> sum, ref readonly float scales, float factor, ref readonly float bias, ref float destination) =>
        (Vector512.LoadUnsafe(in bias) + (Vector512.LoadUnsafe(in scales) * factor * Vector512.ConvertToSingle(sum))).StoreUnsafe(ref destination);
}

readonly struct IntegerWidth256 : IIntegerWidth<Vector256<int>>
{
    public static int Lanes => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(ref readonly int source) => Vector256.LoadUnsafe(in source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Broadcast(ref readonly byte quad) => Vector256.Create(Unsafe.ReadUnaligned<int>(in quad));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> MultiplyAdd(Vector256<int> quad, ref readonly sbyte weights, Vector256<int> sum) =>
        sum + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(quad.AsByte(), Vector256.LoadUnsafe(in weights)), Vector256.Create((short)1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<int> sum, ref readonly float scales, float factor, ref readonly float bias, ref float destination) =>
        (Vector256.LoadUnsafe(in bias) + (Vector256.LoadUnsafe(in scales) * factor * Vector256.ConvertToSingle(sum))).StoreUnsafe(ref destination);
}

readonly struct IntegerWidth128 : IIntegerWidth<Vector128<int>>
{
    public static int Lanes => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Load(ref readonly int source) => Vector128.LoadUnsafe(in source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Broadcast(ref readonly byte quad) => Vector128.Create(Unsafe.ReadUnaligned<int>(in quad));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAdd(Vector128<int> quad, ref readonly sbyte weights, Vector128<int> sum)
    {
        Vector128<sbyte> w = Vector128.LoadUnsafe(in weights);
        if (Ssse3.IsSupported)
        {
            return sum + Sse2.MultiplyAddAdjacent(Ssse3.MultiplyAddAdjacent(quad.AsByte(), w), Vector128.Create((short)1));
        }

        // Two products of a byte up to 127 and a signed byte fit into 16 bits: pairs are added there, and pairs of pairs with the sum in 32 bits.
        Vector128<short> lower = AdvSimd.MultiplyWideningLower(quad.AsSByte().GetLower(), w.GetLower());
        Vector128<short> upper = AdvSimd.MultiplyWideningUpper(quad.AsSByte(), w);
        return AdvSimd.AddPairwiseWideningAndAdd(sum, AdvSimd.Arm64.AddPairwise(lower, upper));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<int> sum, ref readonly float scales, float factor, ref readonly float bias, ref float destination) =>
        (Vector128.LoadUnsafe(in bias) + (Vector128.LoadUnsafe(in scales) * factor * Vector128.ConvertToSingle(sum))).StoreUnsafe(ref destination);
}

/// <summary>128 bits with ARM's dot product of four bytes.</summary>
readonly struct IntegerWidthDot128 : IIntegerWidth<Vector128<int>>
{
    public static int Lanes => IntegerWidth128.Lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Load(ref readonly int source) => IntegerWidth128.Load(in source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Broadcast(ref readonly byte quad) => IntegerWidth128.Broadcast(in quad);

    /// <remarks>Bytes up to 127 are the same numbers where both factors are signed.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAdd(Vector128<int> quad, ref readonly sbyte weights, Vector128<int> sum) =>
        Dp.DotProduct(sum, quad.AsSByte(), Vector128.LoadUnsafe(in weights));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<int> sum, ref readonly float scales, float factor, ref readonly float bias, ref float destination) =>
        IntegerWidth128.Store(sum, in scales, factor, in bias, ref destination);
}

readonly struct IntegerWidthScalar : IIntegerWidth<int>
{
    public static int Lanes => 1;

    public static int Load(ref readonly int source) => source;

    public static int Broadcast(ref readonly byte quad) => Unsafe.ReadUnaligned<int>(in quad);

    public static int MultiplyAdd(int quad, ref readonly sbyte weights, int sum)
    {
        for (int k = 0; k < Int8Weight.Quad; k++)
        {
            sum += Unsafe.Add(ref Unsafe.As<int, byte>(ref quad), k) * Unsafe.Add(ref Unsafe.AsRef(in weights), k);
        }

        return sum;
    }

    public static void Store(int sum, ref readonly float scales, float factor, ref readonly float bias, ref float destination) =>
        destination = bias + (scales * factor * sum);
}
