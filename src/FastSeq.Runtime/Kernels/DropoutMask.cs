using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Kernels;

/// <summary>Dropout: each element is zeroed with a probability, or else scaled so that the expected value stays.</summary>
public static class DropoutMask
{
    /// <summary>The numbers that <see cref="Draw"/> draws at a time.</summary>
    const int DrawnLength = 8 * CounterRandom.GroupLength;

    /// <summary>
    /// y = x / (1 - probability) where the mask keeps an element, else 0. Backward is the same call on the gradients.
    /// </summary>
    /// <remarks>
    /// The mask is a pure function of seed, stream, step and the element's index (see <see cref="CounterRandom"/>):
    /// any part of it can be applied by itself, in any order, on any thread, with the same result.
    /// </remarks>
    /// <param name="seed">The run's seed.</param>
    /// <param name="stream">The layer.</param>
    /// <param name="step">The iteration.</param>
    /// <param name="firstElement">The index of x[0] in the mask.</param>
    /// <param name="x">The values.</param>
    /// <param name="y">The result, as long as x; may be x itself.</param>
    /// <param name="probability">Of being zeroed, 0 &lt;= probability &lt; 1.</param>
    public static void Apply<T>(ulong seed, uint stream, ulong step, long firstElement, ReadOnlySpan<T> x, Span<T> y, float probability)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, x.Length);
        uint threshold = Threshold(firstElement, x.Length, probability);
        T scale = Scale<T>(probability);
        Span<uint> numbers = stackalloc uint[CounterRandom.GroupLength];
        Span<T> part = stackalloc T[CounterRandom.GroupLength];
        for (int done = 0; done < x.Length;)
        {
            long element = firstElement + done;
            CounterRandom.Fill(seed, stream, step, (uint)(element / CounterRandom.GroupLength), numbers);
            int skipped = (int)(element % CounterRandom.GroupLength);
            int count = Math.Min(CounterRandom.GroupLength - skipped, x.Length - done);
            if (count == CounterRandom.GroupLength)
            {
                ApplyGroup(numbers, threshold, scale, ref MemoryMarshal.GetReference(x[done..]), ref MemoryMarshal.GetReference(y[done..]));
            }
            else
            {
                // A group of which only a part is asked for is computed whole beside.
                part.Clear();
                x.Slice(done, count).CopyTo(part[skipped..]);
                ApplyGroup(numbers, threshold, scale, ref MemoryMarshal.GetReference(part), ref MemoryMarshal.GetReference(part));
                part.Slice(skipped, count).CopyTo(y[done..]);
            }

            done += count;
        }
    }

    /// <summary>Draws a mask: <paramref name="dropped"/> where <see cref="Apply"/> with the same numbers drops, <paramref name="kept"/> elsewhere.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="stream">The layer.</param>
    /// <param name="step">The iteration.</param>
    /// <param name="firstElement">The index of mask[0] in the mask.</param>
    /// <param name="mask">Overwritten.</param>
    /// <param name="probability">Of being dropped, 0 &lt;= probability &lt; 1.</param>
    /// <param name="kept">The value of an element that is kept.</param>
    /// <param name="dropped">The value of an element that is dropped.</param>
    public static void Draw<T>(ulong seed, uint stream, ulong step, long firstElement, Span<T> mask, float probability, T kept, T dropped)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        uint threshold = Threshold(firstElement, mask.Length, probability);
        Span<uint> numbers = stackalloc uint[DrawnLength];
        for (int done = 0; done < mask.Length;)
        {
            long element = firstElement + done;
            int skipped = (int)(element % CounterRandom.GroupLength), count = Math.Min(DrawnLength - skipped, mask.Length - done);
            int groups = (skipped + count + CounterRandom.GroupLength - 1) / CounterRandom.GroupLength;
            CounterRandom.Fill(seed, stream, step, (uint)(element / CounterRandom.GroupLength), numbers[..(groups * CounterRandom.GroupLength)]);
            Select(count, ref numbers[skipped], threshold, kept, dropped, ref mask[done]);
            done += count;
        }
    }

    /// <summary>mask = number &gt;= threshold ? kept : dropped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Select<T>(int count, ref uint number, uint threshold, T kept, T dropped, ref T mask)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        if (Vector512.IsHardwareAccelerated && typeof(T) == typeof(float))
        {
            for (; i <= count - Vector512<uint>.Count; i += Vector512<uint>.Count)
            {
                Vector512<uint> keeps = Vector512.GreaterThanOrEqual(Vector512.LoadUnsafe(ref number, (nuint)i), Vector512.Create(threshold));
                Vector512.ConditionalSelect(keeps.As<uint, T>(), Vector512.Create(kept), Vector512.Create(dropped)).StoreUnsafe(ref mask, (nuint)i);
            }
        }

        if (Vector256.IsHardwareAccelerated && typeof(T) == typeof(float))
        {
            for (; i <= count - Vector256<uint>.Count; i += Vector256<uint>.Count)
            {
                Vector256<uint> keeps = Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref number, (nuint)i), Vector256.Create(threshold));
                Vector256.ConditionalSelect(keeps.As<uint, T>(), Vector256.Create(kept), Vector256.Create(dropped)).StoreUnsafe(ref mask, (nuint)i);
            }
        }

        if (Vector128.IsHardwareAccelerated)
        {
            for (; i <= count - Vector128<uint>.Count; i += Vector128<uint>.Count)
            {
                Vector128<uint> keeps = Vector128.GreaterThanOrEqual(Vector128.LoadUnsafe(ref number, (nuint)i), Vector128.Create(threshold));
                if (typeof(T) == typeof(float))
                {
                    Vector128.ConditionalSelect(keeps.As<uint, T>(), Vector128.Create(kept), Vector128.Create(dropped)).StoreUnsafe(ref mask, (nuint)i);
                }
                else
                {
                    // A mask of 64 bits is the number's mask twice.
                    (Vector128<long> lower, Vector128<long> upper) = Vector128.Widen(keeps.AsInt32());
                    Vector128.ConditionalSelect(lower.As<long, T>(), Vector128.Create(kept), Vector128.Create(dropped)).StoreUnsafe(ref mask, (nuint)i);
                    Vector128.ConditionalSelect(upper.As<long, T>(), Vector128.Create(kept), Vector128.Create(dropped)).StoreUnsafe(ref mask, (nuint)i + 2);
                }
            }
        }

        for (; i < count; i++)
        {
            Unsafe.Add(ref mask, i) = Unsafe.Add(ref number, i) >= threshold ? kept : dropped;
        }
    }

    /// <summary>What the kept elements are multiplied by.</summary>
    public static T Scale<T>(float probability)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.CreateChecked(1 / (1 - (double)probability));

    static uint Threshold(long firstElement, int length, float probability)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstElement);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstElement + length, 1L << 34);
        return probability is >= 0 and < 1
            ? (uint)(probability * 4294967296.0)
            : throw new ArgumentOutOfRangeException(nameof(probability), probability, "A dropout probability is at least 0 and below 1.");
    }

    /// <summary>y = number &gt;= threshold ? x * scale : 0, for the 32 elements of a group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void ApplyGroup<T>(ReadOnlySpan<uint> numbers, uint threshold, T scale, ref readonly T x, ref T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!Vector128.IsHardwareAccelerated)
        {
            for (int i = 0; i < CounterRandom.GroupLength; i++)
            {
                Unsafe.Add(ref y, i) = numbers[i] >= threshold ? Unsafe.Add(ref Unsafe.AsRef(in x), i) * scale : T.Zero;
            }

            return;
        }

        ref uint number = ref MemoryMarshal.GetReference(numbers);
        for (nuint i = 0; i < CounterRandom.GroupLength; i += 4)
        {
            Vector128<uint> kept = Vector128.GreaterThanOrEqual(Vector128.LoadUnsafe(ref number, i), Vector128.Create(threshold));
            if (typeof(T) == typeof(float))
            {
                ((Vector128.LoadUnsafe(in x, i) * scale) & kept.As<uint, T>()).StoreUnsafe(ref y, i);
            }
            else
            {
                // A mask of 64 bits is the number's mask twice.
                (Vector128<long> lower, Vector128<long> upper) = Vector128.Widen(kept.AsInt32());
                ((Vector128.LoadUnsafe(in x, i) * scale) & lower.As<long, T>()).StoreUnsafe(ref y, i);
                ((Vector128.LoadUnsafe(in x, i + 2) * scale) & upper.As<long, T>()).StoreUnsafe(ref y, i + 2);
            }
        }
    }
}
