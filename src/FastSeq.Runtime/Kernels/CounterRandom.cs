using System.Runtime.CompilerServices;
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

    /// <summary>Fills groups of 32 numbers.</summary>
    /// <remarks>Number i of group g is word i / 8 of the block with the counter (8 g + i % 8, stream, low half of step, high half of step).</remarks>
    /// <param name="seed">The key of every block.</param>
    /// <param name="stream">Keeps users of one seed apart, layers for instance.</param>
    /// <param name="step">Keeps times of use apart, iterations for instance.</param>
    /// <param name="group">The first group of the stream; all are below 2^29.</param>
    /// <param name="numbers">32 numbers for each group; overwritten.</param>
    public static void Fill(ulong seed, uint stream, ulong step, uint group, Span<uint> numbers)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(numbers.Length % GroupLength, 0);
        uint block = group * Blocks;
        int done = 0;
        if (Avx512F.IsSupported)
        {
            for (; done <= numbers.Length - (2 * GroupLength); done += 2 * GroupLength, block += 2 * Blocks)
            {
                SixteenBlocks(seed, stream, step, block, ref numbers[done]);
            }
        }

        for (; done < numbers.Length; done += GroupLength, block += Blocks)
        {
            if (Avx2.IsSupported)
            {
                EightBlocks(seed, stream, step, block, ref numbers[done]);
            }
            else if (Sse2.IsSupported)
            {
                FourBlocks(seed, stream, step, block, ref numbers[done]);
                FourBlocks(seed, stream, step, block + 4, ref numbers[done + 4]);
            }
            else
            {
                for (int i = 0; i < Blocks; i++)
                {
                    Vector128<uint> words = Block(seed, Vector128.Create(block + (uint)i, stream, (uint)step, (uint)(step >> 32)));
                    for (int word = 0; word < 4; word++)
                    {
                        numbers[done + (word * Blocks) + i] = words[word];
                    }
                }
            }
        }
    }

    /// <summary>The blocks of two groups at once, one in each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SixteenBlocks(ulong seed, uint stream, ulong step, uint block, ref uint numbers)
    {
        Vector512<uint> c0 = Vector512.Create(block) + Vector512<uint>.Indices;
        Vector512<uint> c1 = Vector512.Create(stream);
        Vector512<uint> c2 = Vector512.Create((uint)step);
        Vector512<uint> c3 = Vector512.Create((uint)(step >> 32));
        (uint key0, uint key1) = ((uint)seed, (uint)(seed >> 32));
        for (int round = 0; round < Rounds; round++)
        {
            (Vector512<uint> low0, Vector512<uint> high0) = Multiply(c0, Multiplier0);
            (Vector512<uint> low1, Vector512<uint> high1) = Multiply(c2, Multiplier1);
            c0 = high1 ^ c1 ^ Vector512.Create(key0);
            c1 = low1;
            c2 = high0 ^ c3 ^ Vector512.Create(key1);
            c3 = low0;
            key0 += KeyStep0;
            key1 += KeyStep1;
        }

        Store(c0, ref numbers, 0);
        Store(c1, ref numbers, 8);
        Store(c2, ref numbers, 16);
        Store(c3, ref numbers, 24);

        static void Store(Vector512<uint> words, ref uint numbers, nuint place)
        {
            words.GetLower().StoreUnsafe(ref numbers, place);
            words.GetUpper().StoreUnsafe(ref numbers, place + GroupLength);
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

    /// <summary>Half the blocks of a group, one in each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void FourBlocks(ulong seed, uint stream, ulong step, uint block, ref uint numbers)
    {
        Vector128<uint> c0 = Vector128.Create(block) + Vector128<uint>.Indices;
        Vector128<uint> c1 = Vector128.Create(stream);
        Vector128<uint> c2 = Vector128.Create((uint)step);
        Vector128<uint> c3 = Vector128.Create((uint)(step >> 32));
        (uint key0, uint key1) = ((uint)seed, (uint)(seed >> 32));
        for (int round = 0; round < Rounds; round++)
        {
            (Vector128<uint> low0, Vector128<uint> high0) = Multiply(c0, Multiplier0);
            (Vector128<uint> low1, Vector128<uint> high1) = Multiply(c2, Multiplier1);
            c0 = high1 ^ c1 ^ Vector128.Create(key0);
            c1 = low1;
            c2 = high0 ^ c3 ^ Vector128.Create(key1);
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
    static (Vector512<uint> Low, Vector512<uint> High) Multiply(Vector512<uint> a, uint multiplier)
    {
        // The instruction multiplies the even lanes; the odd ones are shifted down to be even, and merged again.
        Vector512<uint> b = Vector512.Create(multiplier), upper = Vector512.Create(0xFFFFFFFF_00000000).AsUInt32();
        Vector512<ulong> even = Avx512F.Multiply(a, b), odd = Avx512F.Multiply((a.AsUInt64() >>> 32).AsUInt32(), b);
        return (Vector512.ConditionalSelect(upper, (odd << 32).AsUInt32(), even.AsUInt32()), Vector512.ConditionalSelect(upper, odd.AsUInt32(), (even >>> 32).AsUInt32()));
    }

    /// <inheritdoc cref="Multiply(Vector512{uint}, uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector128<uint> Low, Vector128<uint> High) Multiply(Vector128<uint> a, uint multiplier)
    {
        Vector128<uint> b = Vector128.Create(multiplier), upper = Vector128.Create(0xFFFFFFFF_00000000).AsUInt32();
        Vector128<ulong> even = Sse2.Multiply(a, b), odd = Sse2.Multiply((a.AsUInt64() >>> 32).AsUInt32(), b);
        return (Vector128.ConditionalSelect(upper, (odd << 32).AsUInt32(), even.AsUInt32()), Vector128.ConditionalSelect(upper, odd.AsUInt32(), (even >>> 32).AsUInt32()));
    }

    /// <inheritdoc cref="Multiply(Vector512{uint}, uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector256<uint> Low, Vector256<uint> High) Multiply(Vector256<uint> a, uint multiplier)
    {
        Vector256<uint> b = Vector256.Create(multiplier);
        Vector256<uint> even = Avx2.Multiply(a, b).AsUInt32();
        Vector256<ulong> odd = Avx2.Multiply((a.AsUInt64() >>> 32).AsUInt32(), b);
        const byte OddLanes = 0b10101010;
        return (Avx2.Blend(even, (odd << 32).AsUInt32(), OddLanes), Avx2.Blend((even.AsUInt64() >>> 32).AsUInt32(), odd.AsUInt32(), OddLanes));
    }
}
