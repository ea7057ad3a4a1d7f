using FastSeq.Cuda.Libraries;

namespace FastSeq.Cuda;

/// <summary>Memory of a device, to dispose of when no work uses it any more.</summary>
sealed class CudaMemory : ContextHandle
{
    CudaMemory(CudaContext context, nint value, long bytes)
        : base(context, value) => Bytes = bytes;

    /// <summary>Its size.</summary>
    public long Bytes { get; }

    /// <summary>Where it begins.</summary>
    public DevicePointer Pointer => new(LiveAddress);

    /// <summary>Takes memory, whatever it holds.</summary>
    public static CudaMemory Allocate(CudaContext context, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        context.MakeCurrent();
        int status = CudaDriver.cuMemAlloc_v2(out nint pointer, (nuint)Math.Max(1, bytes));
        if (status == CudaDriver.CUDA_ERROR_OUT_OF_MEMORY && CudaDriver.cuMemGetInfo_v2(out nuint free, out nuint total) == CudaDriver.CUDA_SUCCESS)
        {
            string text = FormattableString.Invariant($"{CudaDriver.TextOf(status)}; {bytes:N0} bytes were asked for, and {free:N0} of {total:N0} are free");
            throw new CudaException("the CUDA driver", nameof(CudaDriver.cuMemAlloc_v2), status, text);
        }

        CudaDriver.Check(status, nameof(CudaDriver.cuMemAlloc_v2));
        return new CudaMemory(context, pointer, bytes);
    }

    /// <inheritdoc/>
    protected override bool Release(nint value) => CudaDriver.cuMemFree_v2(value) == CudaDriver.CUDA_SUCCESS;
}
