namespace FastSeq.Cuda;

/// <summary>What one graph does.</summary>
enum StepWork
{
    /// <summary>The layers and the loss.</summary>
    Forward,

    /// <summary>The gradients and their norm.</summary>
    Backward,

    /// <summary>Both.</summary>
    Both,
}

/// <summary>What tells the work of batches apart whose sequences have the same lengths: all that decides which kernels are launched, and that stands in their arguments.</summary>
/// <param name="Work">What is done.</param>
/// <param name="Training">Whether the tape is kept.</param>
/// <param name="HasStates">Whether sequences begin with given states.</param>
/// <param name="StatesAfter">The time steps after which states are taken.</param>
/// <param name="FirstLossRow">The first row that has a loss.</param>
readonly record struct StepKind(StepWork Work, bool Training, bool HasStates, int StatesAfter, int FirstLossRow);

/// <summary>
/// Work that is recorded when a batch of the same shape comes the second time, and done by one launch from then on. Whatever else differs from batch to batch lies in memory of the device. What cannot
/// be recorded is done launch by launch.
/// </summary>
/// <param name="queue">Where the work is done.</param>
/// <param name="isOn">Whether anything is recorded.</param>
/// <param name="maxBatch">The most sequences.</param>
sealed class StepGraphs(CudaQueue queue, bool isOn, int maxBatch) : IDisposable
{
    /// <summary>The most graphs.</summary>
    public const int Most = 16;

    /// <summary>A graph stays for so many pieces of work after its last use: with more shapes than graphs, it would otherwise be thrown away before it is used.</summary>
    public const int Kept = 64;

    const int FirstRefusal = 900, LastRefusal = 908, OutOfMemory = 2, NotSupported = 801;
    const ulong HashStart = 14695981039346656037, HashFactor = 1099511628211;

    readonly Entry[] entries = [.. Enumerable.Range(0, isOn ? Most : 0).Select(_ => new Entry(maxBatch))];

    // The shapes that were seen lately: a graph is worth its while when its shape comes again.
    readonly ulong[] seen = new ulong[isOn ? 4 * Kept : 0];
    bool records = isOn;
    int nextSeen;
    long clock;

    /// <summary>Does some work, by its graph if there is one.</summary>
    /// <param name="lengths">The time steps of each sequence, longest first.</param>
    /// <param name="kind">What else tells it apart.</param>
    /// <param name="work">Launches it: the same kernels with the same arguments for the same lengths and kind.</param>
    public void Do(ReadOnlySpan<int> lengths, in StepKind kind, Action work)
    {
        clock++;
        if (FindGraph(lengths, kind, work) is { } entry)
        {
            entry.LastUse = clock;
            queue.Launch(entry.Graph!);
        }
        else
        {
            work();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Entry entry in entries) entry.Graph?.Dispose();
    }

    Entry? FindGraph(ReadOnlySpan<int> lengths, in StepKind kind, Action work)
    {
        if (!records) return null;
        foreach (Entry entry in entries)
        {
            if (entry.Graph is not null && entry.Batch >= 0 && entry.Kind == kind && lengths.SequenceEqual(entry.Lengths.AsSpan(0, entry.Batch))) return entry;
        }

        // The first time is done without recording, by which the libraries load what they need.
        ulong hash = HashOf(lengths, kind);
        if (!seen.AsSpan().Contains(hash))
        {
            seen[nextSeen] = hash;
            nextSeen = (nextSeen + 1) % seen.Length;
            return null;
        }

        Entry oldest = entries[0];
        foreach (Entry entry in entries)
        {
            if (entry.LastUse < oldest.LastUse) oldest = entry;
        }

        return (oldest.Graph is null || clock - oldest.LastUse > Kept) && Record(oldest, lengths, kind, work) ? oldest : null;
    }

    bool Record(Entry entry, ReadOnlySpan<int> lengths, in StepKind kind, Action work)
    {
        // Nothing until it is recorded: where that fails half-way, the entry must not be taken for its old batch.
        entry.Batch = -1;
        try
        {
            entry.Graph = queue.Capture(work, entry.Graph);
        }
        catch (CudaException exception) when (IsRefusal(exception))
        {
            // It is done launch by launch from here on.
            records = false;
            return false;
        }

        entry.Kind = kind;
        entry.Batch = lengths.Length;
        lengths.CopyTo(entry.Lengths);
        return true;
    }

    /// <summary>Whether the driver records none of this, or cuBLAS does something that cannot be recorded, or there is no memory for a graph; what ails the device itself shows in the next launch, too.</summary>
    static bool IsRefusal(CudaException exception) =>
        exception.Status is (>= FirstRefusal and <= LastRefusal) or OutOfMemory or NotSupported || exception.Function.StartsWith("cublas", StringComparison.Ordinal);

    static ulong HashOf(ReadOnlySpan<int> lengths, in StepKind kind)
    {
        ulong hash = Mix(Mix(Mix(HashStart, ((int)kind.Work * 4) + (kind.Training ? 2 : 0) + (kind.HasStates ? 1 : 0)), kind.StatesAfter), kind.FirstLossRow);
        foreach (int length in lengths) hash = Mix(hash, length);
        return hash;
    }

    static ulong Mix(ulong hash, int number) => (hash ^ (uint)number) * HashFactor;

    /// <summary>A graph and the batches that it is for.</summary>
    sealed class Entry(int maxBatch)
    {
        public int[] Lengths { get; } = new int[maxBatch];

        public int Batch { get; set; }

        public StepKind Kind { get; set; }

        public CudaGraph? Graph { get; set; }

        public long LastUse { get; set; }
    }
}
