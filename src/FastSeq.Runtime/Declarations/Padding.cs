namespace FastSeq;

/// <summary>Where a convolution over time takes zeros for the time steps that a sequence does not have. T is the length of the sequence, reach = (kernelSize - 1)·dilation.</summary>
public enum Padding
{
    /// <summary>Reach zeros before the first time step: an output sees no later time step, so the model streams. ⌈T / stride⌉ outputs. Keras's <c>"causal"</c>.</summary>
    Causal,

    /// <summary>None: only whole windows have an output. ⌊(T - reach - 1) / stride⌋ + 1 outputs, none where T ≤ reach. PyTorch's default, Keras's <c>"valid"</c>.</summary>
    Valid,

    /// <summary>
    /// As many as ⌈T / stride⌉ outputs need, half of them before the first time step and half after the last; of an odd number the larger half after it. Keras's and PyTorch's <c>"same"</c>, ONNX's
    /// <c>SAME_UPPER</c>.
    /// </summary>
    Same,

    /// <summary>
    /// <see cref="Conv1dAttribute.PaddingSize"/> before the first time step and as many after the last: ⌊(T + 2·PaddingSize - reach - 1) / stride⌋ + 1 outputs, none where T is 0. PyTorch's
    /// <c>padding=1</c>.
    /// </summary>
    Both,
}
