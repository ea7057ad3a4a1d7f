using System.Runtime.InteropServices;
using FastSeq.Cuda.Libraries;

namespace FastSeq.Cuda;

/// <summary>Something of a context, which stays until the last thing of it is gone, in whatever order they are disposed or collected.</summary>
abstract class ContextHandle : SafeHandle
{
    readonly CudaContext _context;

    /// <summary>Owns a handle.</summary>
    protected ContextHandle(CudaContext context, nint value)
        : base(0, ownsHandle: true)
    {
        bool isAdded = false;
        context.DangerousAddRef(ref isAdded);
        _context = context;
        SetHandle(value);
    }

    /// <inheritdoc/>
    public sealed override bool IsInvalid => handle == 0;

    /// <summary>The handle as an address; what was given back has none.</summary>
    /// <exception cref="ObjectDisposedException">It was given back.</exception>
    protected nint LiveAddress
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    /// <summary>Gives the handle back and says whether that went well.</summary>
    protected abstract bool Release(nint value);

    /// <inheritdoc/>
    protected sealed override bool ReleaseHandle()
    {
        bool isReleased = CudaDriver.cuCtxSetCurrent(_context.DangerousGetHandle()) == CudaDriver.CUDA_SUCCESS && Release(handle);
        _context.DangerousRelease();
        return isReleased;
    }
}
