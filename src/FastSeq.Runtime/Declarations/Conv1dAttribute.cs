namespace FastSeq;

/// <summary>
/// A convolution over time: <c>y_n = bias + Σ_k weight_k·x_(n·stride - zeros + k·dilation)</c>, with <c>weight</c> [channels, input, kernelSize] and
/// <c>bias</c> [channels] as PyTorch's <c>nn.Conv1d</c>. It is causal unless <see cref="Padding"/> says otherwise: (kernelSize - 1)·dilation zeros before the first time step,
/// so that every time step has an output, which sees no later one.
/// </summary>
/// <remarks>
/// <see cref="ModelInfo.OutputSteps"/> says how many outputs a sequence has. With a <see cref="Stride"/> the model's <c>Step</c> returns whether the time step has one, and there is no <c>StepMany</c>;
/// with another <see cref="Padding"/> there is neither, as outputs read later time steps.
/// </remarks>
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

    /// <summary>The time steps from one output to the next, from 1 to 1,024: the layers below have so many times fewer time steps. The default is 1.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>Where there are zeros for the time steps that a sequence does not have. The default is <see cref="FastSeq.Padding.Causal"/>.</summary>
    public Padding Padding { get; set; }

    /// <summary>With <see cref="FastSeq.Padding.Both"/> the zeros on either side, from 1 to (kernelSize - 1)·<see cref="Dilation"/>.</summary>
    public int PaddingSize { get; set; }

    /// <summary>Whether training leaves the layer's parameters as they are: PyTorch's <c>requires_grad = False</c>. The default is false.</summary>
    public bool Frozen { get; set; }
}
