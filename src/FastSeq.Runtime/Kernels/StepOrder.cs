using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>
/// The order in which steps go through weights that do not stay in the cache from one step to the next: it alternates, so that a step begins with what the one before has read last.
/// It changes no bit.
/// </summary>
public static class StepOrder
{
    // A thread's own: states belong to the caller, and weights are shared by threads.
    [ThreadStatic]
    static bool s_isDescending;

    /// <summary>Whether the step under way goes through its weights from the last to the first.</summary>
    public static bool IsDescending
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => s_isDescending;
    }

    /// <summary>Turns the order of this thread round.</summary>
    /// <returns>Whether the step about to come descends.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Turn() => s_isDescending = !s_isDescending;
}
