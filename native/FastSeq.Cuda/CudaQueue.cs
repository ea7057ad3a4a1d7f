namespace FastSeq.Cuda;

/// <summary>Work for a device in the order of the calls: one stream, one cuBLAS handle and the kernels of one source text. One thread at a time may use it.</summary>
sealed partial class CudaQueue : IDisposable
{
    CudaQueue() => throw new NotImplementedException();

    /// <summary>How exactly products are computed.</summary>
    public ProductPrecision ProductPrecision { get; set; }

    /// <summary>Takes memory of the device, all zeros.</summary>
    public CudaMemory Allocate(long bytes) => throw new NotImplementedException();

    /// <summary>Copies numbers to the device; the caller may change them at once.</summary>
    public void Upload<T>(ReadOnlySpan<T> from, DevicePointer to)
        where T : unmanaged => throw new NotImplementedException();

    /// <summary>Copies numbers from the device, after all work before.</summary>
    public void Download<T>(DevicePointer from, Span<T> to)
        where T : unmanaged => throw new NotImplementedException();

    /// <summary>Makes memory of the device all zeros.</summary>
    public void Clear(DevicePointer to, long bytes) => throw new NotImplementedException();

    /// <summary>Copies within the device.</summary>
    public void Copy(DevicePointer from, DevicePointer to, long bytes) => throw new NotImplementedException();

    /// <summary>Waits until all is done.</summary>
    public void Wait() => throw new NotImplementedException();

    /// <summary>A kernel of the source text.</summary>
    public CudaKernel Kernel(string name) => throw new NotImplementedException();

    /// <summary>Starts a kernel over many threads; it loops where there are more than a grid holds.</summary>
    public void Launch(CudaKernel kernel, long threads, params ReadOnlySpan<KernelArgument> arguments) => throw new NotImplementedException();

    /// <summary>Starts a kernel with a block a row; it loops where there are more than a grid holds.</summary>
    public void LaunchRows(CudaKernel kernel, long rows, int threads, params ReadOnlySpan<KernelArgument> arguments) => throw new NotImplementedException();

    /// <summary>C = op(A)·op(B) + beta·C, row by row: C [m, n], op(A) [m, k], op(B) [k, n].</summary>
    public void Multiply(int m, int n, int k, DevicePointer a, int lda, bool transposeA, DevicePointer b, int ldb, bool transposeB, double beta, DevicePointer c, int ldc) =>
        throw new NotImplementedException();

    /// <summary>Records what an action would do, which must be launches, products, clears and copies within the device alone.</summary>
    public CudaGraph Capture(Action work) => throw new NotImplementedException();

    /// <summary>Does what was recorded.</summary>
    public void Launch(CudaGraph graph) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
