using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq.Kernels;

/// <summary>Brings the states of streams that are advanced together into rows side by side, and back.</summary>
public static class StreamStates
{
    /// <summary>rows[row] = <paramref name="size"/> numbers of the state of stream first + row.</summary>
    /// <param name="states">The first of the numbers in the state of stream 0.</param>
    /// <param name="stride">The numbers from a state to the next.</param>
    /// <param name="streams">Which states; empty for all of them in order.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="rows">Overwritten: [count, size].</param>
    public static void Gather<T>(ref readonly T states, int stride, ReadOnlySpan<int> streams, int first, int count, int size, ref T rows)
        where T : unmanaged
    {
        for (int row = 0; row < count; row++)
        {
            ref T state = ref StateOf(ref Unsafe.AsRef(in states), stride, streams, first + row);
            MemoryMarshal.CreateSpan(ref state, size).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref rows, row * size), size));
        }
    }

    /// <summary>The way back of <see cref="Gather{T}"/>.</summary>
    /// <param name="rows">[count, size].</param>
    /// <param name="states">The first of the numbers in the state of stream 0; overwritten.</param>
    /// <param name="stride">The numbers from a state to the next.</param>
    /// <param name="streams">Which states; empty for all of them in order.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="size">The numbers of a row.</param>
    public static void Scatter<T>(ref readonly T rows, ref T states, int stride, ReadOnlySpan<int> streams, int first, int count, int size)
        where T : unmanaged
    {
        for (int row = 0; row < count; row++)
        {
            ref T state = ref StateOf(ref states, stride, streams, first + row);
            MemoryMarshal.CreateReadOnlySpan(in Unsafe.Add(ref Unsafe.AsRef(in rows), row * size), size).CopyTo(MemoryMarshal.CreateSpan(ref state, size));
        }
    }

    /// <summary>The first number of a piece of stack memory that begins at a multiple of 64 bytes; the caller has asked for 64 bytes more than it needs.</summary>
    public static unsafe ref T Aligned<T>(Span<T> memory)
        where T : unmanaged
    {
        ref T start = ref MemoryMarshal.GetReference(memory);
        return ref Unsafe.AddByteOffset(ref start, -(nint)Unsafe.AsPointer(ref start) & 63);
    }

    private static ref T StateOf<T>(ref T states, int stride, ReadOnlySpan<int> streams, int index)
        where T : unmanaged =>
        ref Unsafe.Add(ref states, (nint)(streams.IsEmpty ? index : streams[index]) * stride);
}
