namespace FastSeq.Cuda;

/// <summary>A kernel of a queue's source text; it lives as long as the queue.</summary>
/// <param name="name">Its name in the source text.</param>
/// <param name="function">What the driver calls it.</param>
/// <param name="argumentCount">How many numbers of 8 bytes its parameter has; -1 where the driver does not tell.</param>
sealed class CudaKernel(string name, nint function, int argumentCount)
{
    /// <summary>Its name in the source text.</summary>
    public string Name { get; } = name;

    /// <summary>How many numbers of 8 bytes its parameter has; -1 where the driver does not tell (before CUDA 12.4).</summary>
    public int ArgumentCount { get; } = argumentCount;

    /// <summary>What the driver calls it.</summary>
    public nint Function { get; } = function;
}
