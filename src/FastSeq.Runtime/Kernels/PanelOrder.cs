using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>
/// The order in which a step goes through the panels of its weights: ascending and descending in turn. A step of a large cell is bound by reading its weights, and those that the last step
/// has read last are still in the cache. The order changes no bit.
/// </summary>
public static class PanelOrder
{
    // Of the thread: models are shared by threads, and a state that is copied would take the order along.
    [ThreadStatic]
    static uint s_steps;

    /// <summary>Begins a step: its panels come in the other order than those of this thread's last one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Turn() => s_steps++;

    /// <summary>Whether the last panel comes first.</summary>
    public static bool IsDescending
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (s_steps & 1) != 0;
    }
}
