namespace FastSeq.Cuda;

/// <summary>The memory of a run on the device: taken once, given back together.</summary>
/// <param name="queue">Where it is taken.</param>
/// <param name="elementSize">The bytes of a number: 4 or 8.</param>
sealed class RunMemory(CudaQueue queue, int elementSize) : IDisposable
{
    readonly List<CudaMemory> taken = [];

    /// <summary>The bytes of a number.</summary>
    public int ElementSize => elementSize;

    /// <summary>Memory for rows of numbers, all zeros.</summary>
    public DevicePointer Allocate(long rows, long columns) => AllocateBytes(checked(rows * columns * elementSize));

    /// <summary>Memory for whole numbers of 32 bits, all zeros.</summary>
    public DevicePointer AllocateIntegers(long count) => AllocateBytes(checked(count * sizeof(int)));

    /// <summary>Memory of a size in bytes, all zeros.</summary>
    public DevicePointer AllocateBytes(long bytes)
    {
        CudaMemory memory = queue.Allocate(Math.Max(bytes, elementSize));
        taken.Add(memory);
        return memory.Pointer;
    }

    /// <summary>Gives memory back before the rest.</summary>
    public void Free(DevicePointer pointer)
    {
        int index = taken.FindIndex(memory => memory.Pointer == pointer);
        taken[index].Dispose();
        taken.RemoveAt(index);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (CudaMemory memory in taken)
        {
            memory.Dispose();
        }

        taken.Clear();
    }
}
