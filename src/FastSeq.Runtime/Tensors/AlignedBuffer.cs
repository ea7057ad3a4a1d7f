using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq.Tensors;

/// <summary>
/// Memory for <see cref="Length"/> elements that begins at a multiple of 64 bytes, in one pinned managed array.
/// <see cref="Slack"/> more elements of zeros follow, so that a vector load may run past the end.
/// </summary>
/// <typeparam name="T">The element type; its size divides 64.</typeparam>
public sealed class AlignedBuffer<T>
    where T : unmanaged
{
    /// <summary>The number of zero elements after <see cref="Length"/>.</summary>
    public const int Slack = 64;

    const int Alignment = 64;

    readonly T[] memory;
    readonly int start;

    /// <summary>Allocates the memory.</summary>
    /// <param name="length">The number of elements.</param>
    /// <param name="zeroed"><see langword="false"/> leaves the elements undefined and their pages untouched; the slack is zero all the same.</param>
    public AlignedBuffer(int length, bool zeroed = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        int size = Unsafe.SizeOf<T>();
        int total = checked(length + Slack + Alignment / size);
        memory = zeroed ? GC.AllocateArray<T>(total, pinned: true) : GC.AllocateUninitializedArray<T>(total, pinned: true);

        // A pinned array never moves, so where it is now decides for good.
        nint misaligned = AddressOf(ref MemoryMarshal.GetArrayDataReference(memory)) % Alignment;
        start = misaligned == 0 ? 0 : (int)((Alignment - misaligned) / size);
        Length = length;
        if (!zeroed) memory.AsSpan(start + length).Clear();
    }

    /// <summary>The number of elements.</summary>
    public int Length { get; }

    /// <summary>All elements, without the slack.</summary>
    public Span<T> Span => memory.AsSpan(start, Length);

    /// <summary>The first element; the slack may be read through it.</summary>
    public ref T Reference => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(memory), start);

    static unsafe nint AddressOf(ref T element) => (nint)Unsafe.AsPointer(ref element);
}
