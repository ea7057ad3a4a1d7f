using System.Runtime.InteropServices;
using FastSeq.Cuda.Libraries;

namespace FastSeq.Cuda;

/// <summary>The primary context of a device, which all users of the device in a process share.</summary>
sealed class CudaContext : SafeHandle
{
    readonly int _device;

    /// <summary>Keeps the context of a device.</summary>
    public CudaContext(CudaDevice device)
        : base(0, ownsHandle: true)
    {
        _device = device.Handle;
        CudaDriver.Check(CudaDriver.cuDevicePrimaryCtxRetain(out nint context, _device));
        SetHandle(context);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Makes it the context of this thread's next calls.</summary>
    public void MakeCurrent() => CudaDriver.Check(CudaDriver.cuCtxSetCurrent(handle));

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => CudaDriver.cuDevicePrimaryCtxRelease_v2(_device) == CudaDriver.CUDA_SUCCESS;
}
