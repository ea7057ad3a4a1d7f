namespace FastSeq;

/// <summary>
/// A long short-term memory layer, with PyTorch's gates i, f, g, o:
/// <c>c_t = σ(f)·c_(t-1) + σ(i)·tanh(g)</c>, <c>h_t = σ(o)·tanh(c_t)</c>.
/// </summary>
/// <param name="hiddenSize">The number of hidden units, from 1 to 8,192.</param>
public sealed class LstmAttribute(int hiddenSize) : RecurrentLayerAttribute(hiddenSize)
{
    /// <summary>
    /// The value that a seeded initialisation gives the sum of the forget gate's two biases; not a number (the default) leaves them as PyTorch draws them.
    /// 1 is the usual choice for long memories (Jozefowicz et al. 2015).
    /// </summary>
    public float ForgetBias { get; set; } = float.NaN;
}
