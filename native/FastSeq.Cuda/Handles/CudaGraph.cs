using FastSeq.Cuda.Libraries;

namespace FastSeq.Cuda;

/// <summary>Recorded work of a queue.</summary>
sealed class CudaGraph : ContextHandle
{
    CudaGraph(CudaContext context, nint value)
        : base(context, value)
    {
    }

    /// <summary>Owns an executable graph.</summary>
    public static CudaGraph Instantiate(CudaContext context, nint graph)
    {
        context.MakeCurrent();
        CudaDriver.Check(CudaDriver.cuGraphInstantiateWithFlags(out nint executable, graph, 0));
        return new CudaGraph(context, executable);
    }

    /// <summary>Owns an executable of another graph, and no longer that which it had, whose work must be done.</summary>
    public void Replace(CudaContext context, nint graph)
    {
        context.MakeCurrent();
        CudaDriver.Check(CudaDriver.cuGraphInstantiateWithFlags(out nint executable, graph, 0));
        nint before = LiveAddress;
        SetHandle(executable);
        CudaDriver.Check(CudaDriver.cuGraphExecDestroy(before));
    }

    /// <inheritdoc/>
    protected override bool Release(nint value) => CudaDriver.cuGraphExecDestroy(value) == CudaDriver.CUDA_SUCCESS;
}
