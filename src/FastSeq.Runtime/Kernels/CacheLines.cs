using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace FastSeq.Kernels;

/// <summary>Asks for memory ahead of its use, where hardware would not guess it. Where there is no instruction for it, nothing happens.</summary>
public static class CacheLines
{
    const int Line = 64;

    /// <summary>Brings the lines of the next <paramref name="bytes"/> bytes into the second-level cache.</summary>
    /// <param name="first">The first element; it need not exist.</param>
    /// <param name="bytes">The bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch<T>(ref T first, nint bytes)
        where T : unmanaged
    {
        if (!Sse.IsSupported) return;

        // The address is used for nothing else: it does not matter where a garbage collection has moved it meanwhile.
        byte* address = (byte*)Unsafe.AsPointer(ref first);
        for (; bytes > 0; bytes -= Line, address += Line) Sse.Prefetch1(address);
    }

    /// <summary>Brings one line into the second-level cache.</summary>
    /// <param name="element">An element of it; it need not exist.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void PrefetchOne<T>(ref T element)
        where T : unmanaged
    {
        if (Sse.IsSupported) Sse.Prefetch1(Unsafe.AsPointer(ref element));
    }

    /// <summary>The same of three lines, <paramref name="apart"/> elements from one to the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void PrefetchThree<T>(ref T element, nint apart)
        where T : unmanaged
    {
        PrefetchOne(ref element);
        PrefetchOne(ref Unsafe.Add(ref element, apart));
        PrefetchOne(ref Unsafe.Add(ref element, 2 * apart));
    }

    /// <summary>The same of four lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void PrefetchFour<T>(ref T element, nint apart)
        where T : unmanaged
    {
        PrefetchThree(ref element, apart);
        PrefetchOne(ref Unsafe.Add(ref element, 3 * apart));
    }

    /// <summary>Brings at most four lines into the first-level cache; the number of bytes is a constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void PrefetchFew<T>(ref T first, int bytes)
        where T : unmanaged
    {
        if (!Sse.IsSupported) return;
        byte* address = (byte*)Unsafe.AsPointer(ref first);
        Sse.Prefetch0(address);
        if (bytes > Line) Sse.Prefetch0(address + Line);
        if (bytes > 2 * Line) Sse.Prefetch0(address + 2 * Line);
        if (bytes > 3 * Line) Sse.Prefetch0(address + 3 * Line);
    }
}
