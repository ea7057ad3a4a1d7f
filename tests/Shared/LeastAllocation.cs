namespace FastSeq.Tests;

/// <summary>
/// Counts what a piece of work allocates. One count may be too high through no fault of the work: a collection that another thread starts counts the rest of this
/// thread's allocation window, and the runtime compiles a long-running loop anew on the thread that runs it. What the work itself allocates shows in every round.
/// </summary>
static class LeastAllocation
{
    const int Rounds = 5;

    /// <summary>The least that one of several rounds allocated on this thread; a round before them warms up.</summary>
    public static long Of(Action work)
    {
        work();
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <summary>The least that one of several rounds counted, for work that counts itself.</summary>
    public static long Of(Func<long> count)
    {
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least > 0; round++) least = Math.Min(least, count());
        return least;
    }
}
