using FastSeq.Cuda.Libraries;

namespace FastSeq.Cuda;

/// <summary>Kernels that are loaded into a context.</summary>
sealed class CudaModule : ContextHandle
{
    CudaModule(CudaContext context, nint value)
        : base(context, value)
    {
    }

    /// <summary>Loads what the compiler made.</summary>
    public static unsafe CudaModule Load(CudaContext context, ReadOnlySpan<byte> image)
    {
        context.MakeCurrent();
        fixed (byte* first = image)
        {
            int status = CudaDriver.cuModuleLoadData(out nint module, first);
            CudaDriver.Check(status, nameof(CudaDriver.cuModuleLoadData));
            return new CudaModule(context, module);
        }
    }

    /// <inheritdoc/>
    protected override bool Release(nint value) => CudaDriver.cuModuleUnload(value) == CudaDriver.CUDA_SUCCESS;
}
