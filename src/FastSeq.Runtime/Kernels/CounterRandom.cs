using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastSeq.Kernels;

/// <summary>Random numbers as a pure function of where they are used: nothing is stored, and any part can be made again.</summary>
/// <remarks>
/// Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011): ten rounds that
/// encrypt a 128-bit counter under a 64-bit key. The key is the seed; the counter is (block, stream, step).
/// </remarks>
public static class CounterRandom
{
    /// <summary>Numbers of a group: eight blocks of four.</summary>
    public const int GroupLength = 32;

    const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;
    const uint KeyStep0 = 0x9E3779B9, KeyStep1 = 0xBB67AE85;
    const int Rounds = 10;
    const int Blocks = GroupLength / 4;

    /// <summary>One block: the four numbers of a counter under a key.</summary>
    /// <param name="key">The key, its low half first.</param>
    /// <param name="counter">The counter, first word first.</param>
    public static Vector128<uint> Block(ulong key, Vector128<uint> counter)
    {
        (uint c0, uint c1, uint c2, uint c3) = (counter[0], counter[1], counter[2], counter[3]);
        (uint key0, uint key1) = ((uint)key, (uint)(key >> 32));
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c0;
            ulong product1 = (ulong)Multiplier1 * c2;
            c0 = (uint)(product1 >> 32) ^ c1 ^ key0;
            c1 = (uint)product1;
            c2 = (uint)(product0 >> 32) ^ c3 ^ key1;
            c3 = (uint)product0;
            key0 += KeyStep0;
            key1 += KeyStep1;
        }

        return Vector128.Create(c0, c1, c2, c3);
    }

    /// <summary>Fills a group of 32 numbers.</summary>
    /// <remarks>Number i of group g is word i / 8 of the block with the counter (8 g + i % 8, stream, low half of step, high half of step).</remarks>
    /// <param name="seed">The key of every block.</param>
    /// <param name="stream">Keeps users of one seed apart, layers for instance.</param>
    /// <param name="step">Keeps times of use apart, iterations for instance.</param>
    /// <param name="group">Which 32 numbers of the stream; below 2^29.</param>
    /// <param name="numbers">32 numbers; overwritten.</param>
    public static void Fill(ulong seed, uint stream, ulong step, uint group, Span<uint> numbers)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(numbers.Length, GroupLength);
        ref uint first = ref MemoryMarshal.GetReference(numbers);
        uint block = group * Blocks;
        if (Avx2.IsSupported)
        {
            EightBlocks(seed, stream, step, block, ref first);
            return;
        }

        for (int i = 0; i < Blocks; i++)
        {
            Vector128<uint> words = Block(seed, Vector128.Create(block + (uint)i, stream, (uint)step, (uint)(step >> 32)));
            for (int word = 0; word < 4; word++)
            {
                Unsafe.Add(ref first, word * Blocks + i) = words[word];
            }
        }
    }

    /// <summary>Eight blocks at once, one in each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void EightBlocks(ulong seed, uint stream, ulong step, uint block, ref uint numbers)
    {
        Vector256<uint> c0 = Vector256.Create(block) + Vector256<uint>.Indices;
        Vector256<uint> c1 = Vector256.Create(stream);
        Vector256<uint> c2 = Vector256.Create((uint)step);
        Vector256<uint> c3 = Vector256.Create((uint)(step >> 32));
        (uint key0, uint key1) = ((uint)seed, (uint)(seed >> 32));
        for (int round = 0; round < Rounds; round++)
        {
            (Vector256<uint> low0, Vector256<uint> high0) = Multiply(c0, Multiplier0);
            (Vector256<uint> low1, Vector256<uint> high1) = Multiply(c2, Multiplier1);
            c0 = high1 ^ c1 ^ Vector256.Create(key0);
            c1 = low1;
            c2 = high0 ^ c3 ^ Vector256.Create(key1);
            c3 = low0;
            key0 += KeyStep0;
            key1 += KeyStep1;
        }

        c0.StoreUnsafe(ref numbers);
        c1.StoreUnsafe(ref numbers, 8);
        c2.StoreUnsafe(ref numbers, 16);
        c3.StoreUnsafe(ref numbers, 24);
    }

    /// <summary>The low and high halves of the 64-bit products of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector256<uint> Low, Vector256<uint> High) Multiply(Vector256<uint> a, uint multiplier)
    {
        // The instruction multiplies the even lanes; the odd ones are shifted down to be even, and blended back.
        Vector256<uint> b = Vector256.Create(multiplier);
        Vector256<uint> even = Avx2.Multiply(a, b).AsUInt32();
        Vector256<ulong> odd = Avx2.Multiply((a.AsUInt64() >>> 32).AsUInt32(), b);
        const byte OddLanes = 0b10101010;
        return (Avx2.Blend(even, (odd << 32).AsUInt32(), OddLanes), Avx2.Blend((even.AsUInt64() >>> 32).AsUInt32(), odd.AsUInt32(), OddLanes));
    }
}
