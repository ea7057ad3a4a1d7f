namespace FastSeq.Cuda;

/// <summary>
/// All that goes up with every batch. That of the next batch may go up ahead, while the current one is computed: to other memory, from where the device copies it when its turn comes, so that kernels, also
/// those of graphs, read the same addresses for every batch.
/// </summary>
/// <param name="queue">Where copies go.</param>
/// <param name="memory">The memory of the run.</param>
sealed class BatchUploads(CudaQueue queue, RunMemory memory)
{
    readonly List<BatchMemory> all = [];
    readonly List<(DevicePointer From, DevicePointer To, long Bytes)> waiting = [];
    bool isAhead, hasWaiting;

    /// <summary>Memory for rows of numbers.</summary>
    public BatchMemory Allocate(long rows, long columns) => Keep(memory.Allocate(rows, columns), checked(rows * columns * memory.ElementSize));

    /// <summary>Memory for whole numbers of 32 bits.</summary>
    public BatchMemory AllocateIntegers(long count) => Keep(memory.AllocateIntegers(count), checked(count * sizeof(int)));

    /// <summary>Brings numbers of a batch up; the caller may change them at once.</summary>
    /// <param name="from">The numbers.</param>
    /// <param name="to">Where they go.</param>
    /// <param name="start">How many of them lie before.</param>
    public unsafe void Upload<T>(ReadOnlySpan<T> from, BatchMemory to, long start = 0)
        where T : unmanaged
    {
        long offset = start * sizeof(T);
        if (!isAhead)
        {
            queue.Upload(from, to.Pointer + offset);
            return;
        }

        if (from.IsEmpty) return;
        queue.UploadAhead(from, to.Waiting + offset);
        waiting.Add((to.Waiting + offset, to.Pointer + offset, (long)from.Length * sizeof(T)));
    }

    /// <summary>What is brought up until <see cref="EndAhead"/> is of the next batch; what was before, and was not taken, is forgotten. The first time it takes memory.</summary>
    public void BeginAhead()
    {
        waiting.Clear();
        TakeMemory();
        queue.BeginAhead();
        isAhead = true;
    }

    /// <summary>The end of what began, well or not.</summary>
    /// <param name="isWhole">Whether all of it is under way.</param>
    public void EndAhead(bool isWhole)
    {
        isAhead = false;
        if (isWhole) queue.EndAhead();
        else waiting.Clear();
    }

    /// <summary>The next batch is the current one from here on.</summary>
    public void Take()
    {
        queue.BeginTaking();
        foreach ((DevicePointer from, DevicePointer to, long bytes) in waiting) queue.Copy(from, to, bytes);
        queue.EndTaking();
        waiting.Clear();
    }

    /// <summary>Gives the memory of next batches back: none goes up ahead any more.</summary>
    public void GiveUp()
    {
        foreach (BatchMemory batch in all)
        {
            if (batch.Waiting != default) memory.Free(batch.Waiting);
            batch.Waiting = default;
        }

        hasWaiting = false;
    }

    void TakeMemory()
    {
        if (hasWaiting) return;
        foreach (BatchMemory batch in all)
        {
            if (batch.Waiting == default) batch.Waiting = memory.AllocateBytes(batch.Bytes);
        }

        // The zeros of fresh memory come before what is copied there.
        queue.EndTaking();
        hasWaiting = true;
    }

    BatchMemory Keep(DevicePointer pointer, long bytes)
    {
        var batch = new BatchMemory(pointer, bytes);
        all.Add(batch);
        return batch;
    }
}
