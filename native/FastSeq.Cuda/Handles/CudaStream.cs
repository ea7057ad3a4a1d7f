using FastSeq.Cuda.Libraries;

namespace FastSeq.Cuda;

/// <summary>A stream: work that the device does in the order of the calls.</summary>
sealed class CudaStream : ContextHandle
{
    CudaStream(CudaContext context, nint value)
        : base(context, value)
    {
    }

    /// <summary>Makes a stream that waits for no other.</summary>
    public static CudaStream Create(CudaContext context)
    {
        context.MakeCurrent();
        CudaDriver.Check(CudaDriver.cuStreamCreate(out nint stream, CudaDriver.CU_STREAM_NON_BLOCKING));
        return new CudaStream(context, stream);
    }

    /// <inheritdoc/>
    protected override bool Release(nint value) => CudaDriver.cuStreamDestroy_v2(value) == CudaDriver.CUDA_SUCCESS;
}
