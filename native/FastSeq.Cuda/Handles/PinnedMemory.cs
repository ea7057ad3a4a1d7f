using FastSeq.Cuda.Libraries;

namespace FastSeq.Cuda;

/// <summary>Memory of this machine that the device copies from and to without a detour.</summary>
sealed class PinnedMemory : ContextHandle
{
    PinnedMemory(CudaContext context, nint value)
        : base(context, value)
    {
    }

    /// <summary>Takes memory.</summary>
    public static PinnedMemory Allocate(CudaContext context, int bytes)
    {
        context.MakeCurrent();
        CudaDriver.Check(CudaDriver.cuMemHostAlloc(out nint pointer, (nuint)bytes, 0));
        return new PinnedMemory(context, pointer);
    }

    /// <summary>Where it begins.</summary>
    public nint Address => LiveAddress;

    /// <inheritdoc/>
    protected override bool Release(nint value) => CudaDriver.cuMemFreeHost(value) == CudaDriver.CUDA_SUCCESS;
}
