using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastSeq.Kernels;

/// <summary>Copies of single rows. Most rows of small models are shorter than what a call of a general copy costs.</summary>
static class RowCopy
{
    /// <summary>From so many bytes on the general copy is faster.</summary>
    const int LongRow = 256;

    /// <summary>Copies <paramref name="count"/> elements and touches nothing behind them; the two do not overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy<T>(ref readonly T source, ref T destination, int count)
        where T : unmanaged
    {
        nint bytes = (nint)count * Unsafe.SizeOf<T>();
        ref byte from = ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in source)), to = ref Unsafe.As<T, byte>(ref destination);
        if (bytes > LongRow)
        {
            MemoryMarshal.CreateReadOnlySpan(in source, count).CopyTo(MemoryMarshal.CreateSpan(ref destination, count));
        }
        else if (bytes >= Vector256<byte>.Count)
        {
            // The last register overlaps the one before it.
            nint last = bytes - Vector256<byte>.Count;
            for (nint start = 0; start < last; start += Vector256<byte>.Count) Move<Vector256<byte>>(ref from, ref to, start);
            Move<Vector256<byte>>(ref from, ref to, last);
        }
        else if (bytes >= Vector128<byte>.Count)
        {
            Move<Vector128<byte>>(ref from, ref to, 0);
            Move<Vector128<byte>>(ref from, ref to, bytes - Vector128<byte>.Count);
        }
        else if (bytes >= sizeof(long))
        {
            Move<long>(ref from, ref to, 0);
            Move<long>(ref from, ref to, bytes - sizeof(long));
        }
        else
        {
            for (int index = 0; index < count; index++) Unsafe.Add(ref destination, index) = Unsafe.Add(ref Unsafe.AsRef(in source), index);
        }
    }

    /// <summary>Copies rows that begin at some places of the source, one behind the other.</summary>
    /// <param name="source">The source.</param>
    /// <param name="places">Where each row begins, counted in rows.</param>
    /// <param name="shift">Is added to every place.</param>
    /// <param name="size">The elements of a row.</param>
    /// <param name="destination">Overwritten.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather<T>(ref readonly T source, ReadOnlySpan<int> places, int shift, int size, ref T destination)
        where T : unmanaged
    {
        ref readonly T from = ref Unsafe.Add(ref Unsafe.AsRef(in source), (nint)shift * size);
        switch ((nint)size * Unsafe.SizeOf<T>())
        {
            case >= sizeof(long) and < 16: GatherPairs<T, long>(in from, places, size, ref destination); break;
            case >= 16 and < 32: GatherPairs<T, Vector128<byte>>(in from, places, size, ref destination); break;
            case >= 32 and < 64: GatherPairs<T, Vector256<byte>>(in from, places, size, ref destination); break;
            case >= 64 and < 128: GatherPairs<T, Vector512<byte>>(in from, places, size, ref destination); break;
            default:
                for (int row = 0; row < places.Length; row++)
                {
                    Copy(in Unsafe.Add(ref Unsafe.AsRef(in from), (nint)places[row] * size), ref Unsafe.Add(ref destination, (nint)row * size), size);
                }

                break;
        }
    }

    /// <summary>Rows that two registers cover, which may overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void GatherPairs<T, TBytes>(ref readonly T source, ReadOnlySpan<int> places, int size, ref T destination)
        where T : unmanaged
        where TBytes : unmanaged
    {
        nint bytes = (nint)size * Unsafe.SizeOf<T>(), last = bytes - Unsafe.SizeOf<TBytes>();
        ref byte from = ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in source)), to = ref Unsafe.As<T, byte>(ref destination);
        foreach (int place in places)
        {
            ref byte row = ref Unsafe.Add(ref from, place * bytes);
            Move<TBytes>(ref row, ref to, 0);
            Move<TBytes>(ref row, ref to, last);
            to = ref Unsafe.Add(ref to, bytes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Move<TBytes>(ref byte from, ref byte to, nint start)
        where TBytes : unmanaged =>
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, start), Unsafe.ReadUnaligned<TBytes>(ref Unsafe.Add(ref from, start)));
}
