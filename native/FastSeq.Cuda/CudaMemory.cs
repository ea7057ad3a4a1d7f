using System.Runtime.InteropServices;

namespace FastSeq.Cuda;

/// <summary>Memory of a device.</summary>
sealed class CudaMemory() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Its size.</summary>
    public long Bytes { get; }

    /// <summary>Where it begins.</summary>
    public DevicePointer Pointer => new(handle);

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => true;
}
