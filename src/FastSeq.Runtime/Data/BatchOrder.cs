namespace FastSeq;

/// <summary>
/// In which order the sequences of a dataset are trained, and how they are cut into batches. All memory is allocated once.
/// Sequences are shuffled; then, among every <see cref="BatchesPerBucket"/> batches that follow each other, sorted by length, so that the sequences of a batch
/// are about equally long; then the batches are shuffled. The same seed and epoch give the same batches.
/// </summary>
sealed class BatchOrder
{
    const int BatchesPerBucket = 64;

    readonly SequenceDataset dataset;
    readonly int batchSize;
    readonly int[] order;
    readonly long[] keys;
    readonly int[] batches;

    public BatchOrder(SequenceDataset dataset, int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        this.dataset = dataset;
        this.batchSize = batchSize;
        order = new int[dataset.Count];
        keys = new long[dataset.Count];
        batches = new int[(dataset.Count + batchSize - 1) / batchSize];
    }

    /// <summary>The number of batches; the last one cut may be smaller.</summary>
    public int BatchCount => batches.Length;

    /// <summary>The sequences of one batch.</summary>
    public ReadOnlySpan<int> Batch(int batch)
    {
        int start = batches[batch] * batchSize;
        return order.AsSpan(start, Math.Min(batchSize, order.Length - start));
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
        if (sortByLength)
        {
            int bucket = (int)Math.Min((long)batchSize * BatchesPerBucket, int.MaxValue);
            for (long start = 0; start < order.Length; start += bucket) SortByLength((int)start, (int)Math.Min(bucket, order.Length - start));
        }

        random.Shuffle(batches);
    }

    /// <summary>Makes batches of the sequences as they stand in the dataset.</summary>
    public void KeepOrder() => SetInOrder();

    /// <summary>Makes batches for reading all sequences once: sorted by length, not shuffled.</summary>
    public void Sort()
    {
        SetInOrder();
        SortByLength(0, order.Length);
    }

    void SetInOrder()
    {
        for (int i = 0; i < order.Length; i++) order[i] = i;
        for (int i = 0; i < batches.Length; i++) batches[i] = i;
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
