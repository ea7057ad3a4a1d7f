using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Kernels;

/// <summary>
/// Unpacks words of two weights into two registers of floats: a word as it is, and its lower half. See <see cref="BFloat16Weight"/> for why the upper number needs no mask.
/// </summary>
/// <typeparam name="TVector">A register of floats, or a float.</typeparam>
interface IWordPairs<TVector>
    where TVector : unmanaged
{
    /// <summary>The upper and the lower numbers of a register of words.</summary>
    static abstract void Unpack(ref readonly uint words, out TVector upper, out TVector lower);
}

readonly struct WordPairs512 : IWordPairs<Vector512<float>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpack(ref readonly uint words, out Vector512<float> upper, out Vector512<float> lower)
    {
        Vector512<uint> pairs = Vector512.LoadUnsafe(in words);
        upper = pairs.AsSingle();
        lower = (pairs << 16).AsSingle();
    }
}

readonly struct WordPairs256 : IWordPairs<Vector256<float>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpack(ref readonly uint words, out Vector256<float> upper, out Vector256<float> lower)
    {
        Vector256<uint> pairs = Vector256.LoadUnsafe(in words);
        upper = pairs.AsSingle();
        lower = (pairs << 16).AsSingle();
    }
}

readonly struct WordPairs128 : IWordPairs<Vector128<float>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpack(ref readonly uint words, out Vector128<float> upper, out Vector128<float> lower)
    {
        Vector128<uint> pairs = Vector128.LoadUnsafe(in words);
        upper = pairs.AsSingle();
        lower = (pairs << 16).AsSingle();
    }
}

readonly struct WordPairsScalar : IWordPairs<float>
{
    public static void Unpack(ref readonly uint words, out float upper, out float lower)
    {
        upper = BitConverter.UInt32BitsToSingle(words);
        lower = BitConverter.UInt32BitsToSingle(words << 16);
    }
}
