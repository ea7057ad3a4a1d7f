namespace FastSeq;

/// <summary>A plain recurrent layer: <c>h_t = f(W_ih·x_t + b_ih + W_hh·h_(t-1) + b_hh)</c>, f = tanh or relu.</summary>
/// <param name="hiddenSize">The number of hidden units, from 1 to 8,192.</param>
public sealed class RnnAttribute(int hiddenSize) : RecurrentLayerAttribute(hiddenSize)
{
    /// <summary>The activation of the hidden units. The default is <see cref="RnnActivation.Tanh"/>.</summary>
    public RnnActivation Activation { get; set; } = RnnActivation.Tanh;
}
