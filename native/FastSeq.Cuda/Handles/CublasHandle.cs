using FastSeq.Cuda.Libraries;

namespace FastSeq.Cuda;

/// <summary>What cuBLAS keeps of a stream.</summary>
sealed class CublasHandle : ContextHandle
{
    CublasHandle(CudaContext context, nint value)
        : base(context, value)
    {
    }

    /// <summary>Makes a handle.</summary>
    public static CublasHandle Create(CudaContext context)
    {
        context.MakeCurrent();
        Cublas.Check(Cublas.cublasCreate_v2(out nint created));
        return new CublasHandle(context, created);
    }

    /// <inheritdoc/>
    protected override bool Release(nint value) => Cublas.cublasDestroy_v2(value) == Cublas.CUBLAS_STATUS_SUCCESS;
}
