namespace FastSeq;

/// <summary>
/// Layer normalisation over the features of each row (Ba, Kiros and Hinton 2016): <c>y = (x - mean) / √(variance + ε)·weight + bias</c>, with <c>weight</c> [size] and
/// <c>bias</c> [size], as PyTorch's <c>nn.LayerNorm</c>.
/// </summary>
public sealed class LayerNormAttribute : LayerAttribute
{
    /// <summary>ε, above 0. The default is 1e-5.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>Whether there is a bias. The default is true.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>Whether training leaves the layer's parameters as they are: PyTorch's <c>requires_grad = False</c>. The default is false.</summary>
    public bool Frozen { get; set; }
}
