using System.Runtime.InteropServices;

namespace FastSeq.Cuda;

/// <summary>Recorded work of a queue.</summary>
sealed class CudaGraph() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => true;
}
