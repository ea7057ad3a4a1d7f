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

    /// <inheritdoc/>
    protected override bool Release(nint value) => CudaDriver.cuGraphExecDestroy(value) == CudaDriver.CUDA_SUCCESS;
}
