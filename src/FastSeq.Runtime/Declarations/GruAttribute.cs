namespace FastSeq;

/// <summary>
/// A gated recurrent unit, with PyTorch's gates r, z, n and its sense of z (z = 1 keeps the old state): <c>h_t = (1 - z)·n + z·h_(t-1)</c>.
/// </summary>
/// <param name="hiddenSize">The number of hidden units, from 1 to 8,192.</param>
public sealed class GruAttribute(int hiddenSize) : RecurrentLayerAttribute(hiddenSize)
{
    /// <summary>Where the reset gate applies. The default is <see cref="GruReset.AfterProduct"/>, PyTorch's form.</summary>
    public GruReset Reset { get; set; } = GruReset.AfterProduct;
}
