namespace FastSeq.Kernels;

/// <summary>The order in which steps go through weights that fill the second-level cache: it alternates, so that a step begins with what the one before has read last.</summary>
public static class StepOrder
{
    // A thread's own: states belong to the caller, and weights are shared by threads.
    [ThreadStatic]
    static bool isDescending;

    /// <summary>Turns the order of this thread round.</summary>
    /// <returns>Whether the step about to come descends.</returns>
    public static bool Turn() => isDescending = !isDescending;
}
