using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq.Kernels;

/// <summary>What works with memory on the stack.</summary>
public interface IStackMemoryUser
{
    /// <summary>Does the work.</summary>
    /// <param name="memory">The first number of the memory; what it holds is undefined.</param>
    /// <returns>What <see cref="StackMemory.Lend"/> shall return.</returns>
    bool Run(ref float memory);
}

/// <summary>
/// Memory on the stack that is not cleared. Generated code has it cleared at each call, as projects that do not allow unsafe code cannot ask for less: 8 KB for a step of 256 units, whose lines
/// the weights have driven out of the first cache since the last step.
/// </summary>
public static class StackMemory
{
    const int CacheLine = 64;

    /// <summary>Lends memory that begins with a cache line.</summary>
    /// <param name="length">How many numbers.</param>
    /// <param name="user">Called once.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static unsafe bool Lend<TUser>(int length, scoped TUser user)
        where TUser : struct, IStackMemoryUser, allows ref struct
    {
        Span<float> memory = stackalloc float[length + (CacheLine / sizeof(float))];
        ref float first = ref MemoryMarshal.GetReference(memory);
        nint misaligned = (nint)Unsafe.AsPointer(ref first) % CacheLine;
        return user.Run(ref Unsafe.AddByteOffset(ref first, CacheLine - misaligned));
    }
}
