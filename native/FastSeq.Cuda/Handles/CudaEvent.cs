using FastSeq.Cuda.Libraries;

namespace FastSeq.Cuda;

/// <summary>A place in a stream that can be waited for.</summary>
sealed class CudaEvent : ContextHandle
{
    CudaEvent(CudaContext context, nint value)
        : base(context, value)
    {
    }

    /// <summary>Makes an event that nothing waits for yet.</summary>
    public static CudaEvent Create(CudaContext context)
    {
        context.MakeCurrent();
        CudaDriver.Check(CudaDriver.cuEventCreate(out nint created, CudaDriver.CU_EVENT_DISABLE_TIMING));
        return new CudaEvent(context, created);
    }

    /// <inheritdoc/>
    protected override bool Release(nint value) => CudaDriver.cuEventDestroy_v2(value) == CudaDriver.CUDA_SUCCESS;
}
