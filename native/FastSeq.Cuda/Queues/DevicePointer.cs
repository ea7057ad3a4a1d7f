namespace FastSeq.Cuda;

/// <summary>An address in the memory of a device.</summary>
/// <param name="Address">The address.</param>
readonly record struct DevicePointer(nint Address)
{
    /// <summary>The address some bytes on.</summary>
    public static DevicePointer operator +(DevicePointer pointer, long bytes) => new(checked(pointer.Address + (nint)bytes));
}
