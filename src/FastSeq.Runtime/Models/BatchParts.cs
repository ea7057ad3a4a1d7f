namespace FastSeq;

/// <summary>Into how many parts a batch is cut. Results do not depend on it.</summary>
internal static class BatchParts
{
    /// <summary>
    /// A batch of fewer operations in its products, forward, is done sooner by one thread: some 100 microseconds, in which threads would wait for each other four times and more.
    /// </summary>
    private const long DefaultSharedOperations = 6_000_000;

    /// <summary>The same of a model that sums its gradients up by bundles: its threads wait twice, and do not read what another has just written.</summary>
    private const long DefaultBundleOperations = 1_000_000;

    /// <summary>The number of operations from which on threads share a batch; the tests of threads set it to 0 for their small models.</summary>
    private static readonly long SharedOperations = Set ?? DefaultSharedOperations, BundleOperations = Set ?? DefaultBundleOperations;

    /// <summary>
    /// The operations from which on, and below which, a run with threads finds out by itself whether they are worth it (<see cref="BatchSharing"/>): 20 microseconds and a millisecond of one thread.
    /// Where a test has set the numbers above, nothing is left to find out, unless it sets this one, too.
    /// </summary>
    internal static double TriesFrom => Data("FastSeq.TriesSharingFrom") ?? (Set is null ? 1_000_000 : double.PositiveInfinity);

    /// <inheritdoc cref="TriesFrom"/>
    internal static double TriesBelow => 64_000_000;

    private static long? Set => Data("FastSeq.SharedOperations");

    private static long? Data(string name) => AppContext.GetData(name) is string text && long.TryParse(text, out long operations) ? operations : null;

    /// <summary>The parts of a batch.</summary>
    /// <param name="rows">Its time steps.</param>
    /// <param name="operationsPerRow">The operations of a time step.</param>
    /// <param name="threads">The threads that there are.</param>
    /// <param name="hasBundles">Whether the parts consist of bundles.</param>
    public static int Of(int rows, long operationsPerRow, int threads, bool hasBundles = false) => Of(rows, operationsPerRow, threads, hasBundles ? BundleOperations : SharedOperations);

    /// <inheritdoc cref="Of(int, long, int, bool)"/>
    /// <param name="rows">Its time steps.</param>
    /// <param name="operationsPerRow">The operations of a time step.</param>
    /// <param name="threads">The threads that there are.</param>
    /// <param name="sharedOperations">The operations from which on threads share a batch.</param>
    internal static int Of(int rows, long operationsPerRow, int threads, long sharedOperations) => rows * operationsPerRow < sharedOperations ? 1 : threads;
}
