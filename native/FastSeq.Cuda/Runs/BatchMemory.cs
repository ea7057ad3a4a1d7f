namespace FastSeq.Cuda;

/// <summary>Memory of the device for numbers of a batch, which layers read and which graphs have the address of.</summary>
/// <param name="pointer">Where it begins.</param>
/// <param name="bytes">Its size.</param>
sealed class BatchMemory(DevicePointer pointer, long bytes)
{
    /// <summary>Where it begins.</summary>
    public DevicePointer Pointer { get; } = pointer;

    /// <summary>Its size.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>Memory of the same size, where the numbers of the next batch wait; nowhere until it is needed.</summary>
    public DevicePointer Waiting { get; set; }
}
