namespace FastSeq;

/// <summary>
/// A causal convolution over time: <c>y_t = bias + Σ_k weight_k·x_(t - (kernelSize - 1 - k)·dilation)</c>, with <c>weight</c> [channels, input, kernelSize] and
/// <c>bias</c> [channels] as PyTorch's <c>nn.Conv1d</c>. Before the first time step there are zeros, so that every time step has an output.
/// </summary>
/// <param name="channels">The number of outputs, from 1 to 8,192.</param>
/// <param name="kernelSize">The time steps that an output reads, from 1 to 1,024.</param>
public sealed class Conv1dAttribute(int channels, int kernelSize) : LayerAttribute
{
    /// <summary>The number of outputs.</summary>
    public int Channels { get; } = channels;

    /// <summary>The time steps that an output reads.</summary>
    public int KernelSize { get; } = kernelSize;

    /// <summary>The time steps from one that an output reads to the next, from 1 to 4,096. The default is 1.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>Whether training leaves the layer's parameters as they are: PyTorch's <c>requires_grad = False</c>. The default is false.</summary>
    public bool Frozen { get; set; }
}
