namespace FastSeq.Cuda;

/// <summary>A kernel of a queue's source text.</summary>
sealed class CudaKernel
{
    /// <summary>Its name in the source text.</summary>
    public string Name { get; } = "";
}
