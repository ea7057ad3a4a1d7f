namespace FastSeq;

/// <summary>A plain recurrent layer: <c>h_t = f(W_ih·x_t + b_ih + W_hh·h_(t-1) + b_hh)</c>, f = tanh where nothing else is declared.</summary>
/// <param name="hiddenSize">The number of hidden units, from 1 to 8,192.</param>
public sealed class RnnAttribute(int hiddenSize) : RecurrentLayerAttribute(hiddenSize)
{
    /// <summary>The activation f of the hidden units. The default is <see cref="RnnActivation.Tanh"/>.</summary>
    public RnnActivation Activation { get; set; } = RnnActivation.Tanh;

    /// <summary>The number α of <see cref="Activation"/>; not a number (the default): ONNX's.</summary>
    public float Alpha { get; set; } = float.NaN;

    /// <summary>The number β of <see cref="Activation"/>; not a number (the default): ONNX's.</summary>
    public float Beta { get; set; } = float.NaN;
}
