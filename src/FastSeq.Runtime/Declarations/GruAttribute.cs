namespace FastSeq;

/// <summary>
/// A gated recurrent unit, with PyTorch's gates r, z, n and its sense of z (z = 1 keeps the old state): <c>h_t = (1 - z)·n + z·h_(t-1)</c>.
/// </summary>
/// <param name="hiddenSize">The number of hidden units, from 1 to 8,192.</param>
public sealed class GruAttribute(int hiddenSize) : RecurrentLayerAttribute(hiddenSize)
{
    /// <summary>Where the reset gate applies. The default is <see cref="GruReset.AfterProduct"/>, PyTorch's form.</summary>
    public GruReset Reset { get; set; } = GruReset.AfterProduct;

    /// <summary>
    /// Whether the sums of the gates are normalised (Ba, Kiros and Hinton 2016): <c>r, z = σ(LN(W_irz·x) + LN(W_hrz·h_(t-1)))</c>, each over both gates,
    /// <c>n = tanh(LN(W_in·x) + r·LN(W_hn·h_(t-1)))</c>, ε = 1e-5. The parameters of the normalisations, <c>layernorm_i_l0.weight</c> and <c>.bias</c> [3·hidden] and
    /// <c>layernorm_h_l0</c> [3·hidden], stand in for the biases <c>bias_ih_l0</c> and <c>bias_hh_l0</c>. The default is false.
    /// </summary>
    public bool LayerNorm { get; set; }

    /// <summary>The activation of the gates r and z: ONNX's f. The default is <see cref="RnnActivation.Sigmoid"/>.</summary>
    public RnnActivation GateActivation { get; set; } = RnnActivation.Sigmoid;

    /// <summary>The number α of <see cref="GateActivation"/>; not a number (the default): ONNX's.</summary>
    public float GateAlpha { get; set; } = float.NaN;

    /// <summary>The number β of <see cref="GateActivation"/>; not a number (the default): ONNX's.</summary>
    public float GateBeta { get; set; } = float.NaN;

    /// <summary>The activation of the candidate n: ONNX's g. The default is <see cref="RnnActivation.Tanh"/>.</summary>
    public RnnActivation CandidateActivation { get; set; } = RnnActivation.Tanh;

    /// <summary>The number α of <see cref="CandidateActivation"/>; not a number (the default): ONNX's.</summary>
    public float CandidateAlpha { get; set; } = float.NaN;

    /// <summary>The number β of <see cref="CandidateActivation"/>; not a number (the default): ONNX's.</summary>
    public float CandidateBeta { get; set; } = float.NaN;
}
