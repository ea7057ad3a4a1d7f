namespace FastSeq;

/// <summary>
/// A residual connection around the layer directly below it (He et al. 2016): <c>y = layer(x) + x</c>. The layer is a recurrent one, <see cref="LinearAttribute"/> or
/// <see cref="Conv1dAttribute"/>, the last two with the activation that follows them.
/// </summary>
/// <remarks>
/// Each layer of a stack (<c>Layers = 2</c>) has its own: <c>x_(l+1) = lstm_l(dropout(x_l)) + x_l</c>, as in GNMT (Wu et al. 2016), so that what is dropped out between two of them is
/// only what the cell reads. Where the layer's outputs are not as many as its inputs, x is projected: <c>y = layer(x) + W·x</c>, with <c>weight</c> [outputs, inputs] and no bias.
/// </remarks>
public sealed class ResidualAttribute : LayerAttribute
{
    /// <summary>Whether training leaves the projection as it is: PyTorch's <c>requires_grad = False</c>. The default is false.</summary>
    public bool Frozen { get; set; }
}
