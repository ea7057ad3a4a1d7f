namespace FastSeq;

/// <summary>
/// In which order the sequences of a dataset are trained, and how they are cut into batches. All memory is allocated once.
/// Sequences are shuffled; then, among those of every <see cref="BatchesPerBucket"/> batches that follow each other, sorted by length, so that the sequences of a batch
/// are about equally long; then they are cut, and the batches are shuffled. The same seed and epoch give the same batches.
/// </summary>
sealed class BatchOrder
{
    const int BatchesPerBucket = 64;

    readonly SequenceDataset dataset;
    readonly BatchLimits limits;
    readonly int[] order;
    readonly long[] keys;
    readonly int[] starts;
    readonly int[] batches;

    public BatchOrder(SequenceDataset dataset, BatchLimits limits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.MaxSequences, 1, nameof(limits));
        this.dataset = dataset;
        this.limits = limits;
        order = new int[dataset.Count];
        keys = new long[dataset.Count];
        int most = limits.Tokens is null ? (int)(((long)dataset.Count + limits.MaxSequences - 1) / limits.MaxSequences) : dataset.Count;
        starts = new int[most + 1];
        batches = new int[most];
    }

    /// <summary>The number of batches of the epoch that was last made; some may be smaller than others.</summary>
    public int BatchCount { get; private set; }

    /// <summary>The sequences of one batch.</summary>
    public ReadOnlySpan<int> Batch(int batch)
    {
        int cut = batches[batch];
        return order.AsSpan(starts[cut], starts[cut + 1] - starts[cut]);
    }

    /// <summary>Makes the batches of an epoch.</summary>
    /// <param name="seed">The training's seed.</param>
    /// <param name="epoch">The epoch; each has an order of its own.</param>
    /// <param name="sortByLength">Whether sequences of about the same length come together.</param>
    public void Shuffle(ulong seed, long epoch, bool sortByLength)
    {
        SetInOrder();
        var random = new SplitMix64(seed);
        random = new SplitMix64(random.Next() + (ulong)epoch * 0xD1342543DE82EF95);
        random.Shuffle(order);
        if (sortByLength) SortBuckets();
        Cut();
        random.Shuffle(batches.AsSpan(0, BatchCount));
    }

    /// <summary>Makes batches of the sequences as they stand in the dataset.</summary>
    public void KeepOrder()
    {
        SetInOrder();
        Cut();
    }

    /// <summary>Makes batches for reading all sequences once: sorted by length, not shuffled.</summary>
    public void Sort()
    {
        SetInOrder();
        SortByLength(0, order.Length);
        Cut();
    }

    void SetInOrder()
    {
        for (int i = 0; i < order.Length; i++) order[i] = i;
    }

    void Cut()
    {
        BatchCount = 0;
        for (int start = 0; start < order.Length; start = starts[BatchCount])
        {
            batches[BatchCount] = BatchCount;
            starts[++BatchCount] = End(start, limits.MaxSequences, limits.MaxTokens);
        }
    }

    void SortBuckets()
    {
        int most = (int)Math.Min((long)limits.MaxSequences * BatchesPerBucket, int.MaxValue);
        for (int start = 0, end; start < order.Length; start = end)
        {
            end = End(start, most, limits.MaxTokens * BatchesPerBucket);
            SortByLength(start, end - start);
        }
    }

    /// <summary>The end of the sequences from <paramref name="start"/> on that are neither too many nor have too many tokens; there is at least one.</summary>
    int End(int start, int maxSequences, long maxTokens)
    {
        int end = (int)Math.Min((long)start + maxSequences, order.Length);
        if (limits.Tokens is not { } tokens) return end;
        long sum = tokens[order[start]];
        for (int i = start + 1; i < end; i++)
        {
            sum += tokens[order[i]];
            if (sum > maxTokens) return i;
        }

        return end;
    }

    // The place is part of the key, so that no two keys are equal and every sort gives the same order.
    void SortByLength(int start, int count)
    {
        Span<long> sortKeys = keys.AsSpan(start, count);
        Span<int> items = order.AsSpan(start, count);
        for (int i = 0; i < count; i++) sortKeys[i] = ((long)dataset.LengthOf(items[i]) << 32) | (uint)i;
        sortKeys.Sort(items);
    }
}
