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

    /// <summary>
    /// Whether the cell forgets as much as it takes in, <c>f = 1 - i</c>, and so has the three gates i, g, o (rows of the weights in this order): the coupled gates
    /// of Greff et al. 2017. ONNX's <c>input_forget = 1</c> is the same; the rows of f that its weights still have are not used there. The default is false.
    /// </summary>
    public bool Coupled { get; set; }

    /// <summary>
    /// The size of h_t where a projection makes it, <c>h_t = W_hr·(o·tanh(c_t))</c> with <c>weight_hr_l0</c> [projection, hidden]: PyTorch's <c>proj_size</c>, from 1 to
    /// below the hidden size. <c>weight_hh_l0</c> is then [4·hidden, projection], and a row of outputs has as many numbers. The default is 0: no projection.
    /// </summary>
    public int ProjectionSize { get; set; }

    /// <summary>
    /// The bound of the cell state: <c>c_t</c> is held between -bound and bound before it goes into h_t and on to the next step, as by TensorFlow's <c>cell_clip</c>.
    /// The gradient passes where the sum lies between them, the ends included. The default is infinity: no bound.
    /// </summary>
    public float CellClip { get; set; } = float.PositiveInfinity;

    /// <summary>
    /// Whether the gates see the cell state of their own unit (Gers and Schmidhuber 2000): <c>i = σ(... + p_i·c_(t-1))</c>, <c>f = σ(... + p_f·c_(t-1))</c>,
    /// <c>o = σ(... + p_o·c_t)</c>, with the parameters <c>weight_ci_l0</c>, <c>weight_cf_l0</c> (not where gates are coupled) and <c>weight_co_l0</c>, [hidden] each:
    /// ONNX's P, there in the order i, o, f. PyTorch has no peepholes. The default is false.
    /// </summary>
    public bool Peepholes { get; set; }

    /// <summary>
    /// Whether the sums of the gates are normalised (Ba, Kiros and Hinton 2016): <c>z = LN(W_ih·x) + LN(W_hh·h_(t-1))</c>, each over all four gates,
    /// <c>c_t = σ(f)·c_(t-1) + σ(i)·tanh(g)</c>, <c>h_t = σ(o)·tanh(LN(c_t))</c>, ε = 1e-5. The parameters of the normalisations, <c>layernorm_i_l0.weight</c> and <c>.bias</c> [4·hidden],
    /// <c>layernorm_h_l0</c> [4·hidden] and <c>layernorm_c_l0</c> [hidden], are named as in PyTorch's benchmark fastrnns and stand in for the biases <c>bias_ih_l0</c> and <c>bias_hh_l0</c>.
    /// c_t goes on as it is, as published (fastrnns and TensorFlow's cells carry LN(c_t)). The default is false.
    /// </summary>
    public bool LayerNorm { get; set; }

    /// <summary>
    /// The probability that a unit of c keeps its previous value at a training step: <c>c_t = k·c_(t-1) + (1 - k)·c'_t</c> with k = 1 or 0, elsewhere with k = this probability.
    /// <c>h_t</c> is made of <c>c'_t</c> (Krueger et al. 2016). At least 0 and below 1; the default is 0.
    /// </summary>
    public float CellZoneout { get; set; }

    /// <summary>The activation of the gates i, f and o: ONNX's f. The default is <see cref="RnnActivation.Sigmoid"/>.</summary>
    public RnnActivation GateActivation { get; set; } = RnnActivation.Sigmoid;

    /// <summary>The number α of <see cref="GateActivation"/>; not a number (the default): ONNX's.</summary>
    public float GateAlpha { get; set; } = float.NaN;

    /// <summary>The number β of <see cref="GateActivation"/>; not a number (the default): ONNX's.</summary>
    public float GateBeta { get; set; } = float.NaN;

    /// <summary>The activation of g, which goes into the cell state: ONNX's g. The default is <see cref="RnnActivation.Tanh"/>.</summary>
    public RnnActivation CellActivation { get; set; } = RnnActivation.Tanh;

    /// <summary>The number α of <see cref="CellActivation"/>; not a number (the default): ONNX's.</summary>
    public float CellAlpha { get; set; } = float.NaN;

    /// <summary>The number β of <see cref="CellActivation"/>; not a number (the default): ONNX's.</summary>
    public float CellBeta { get; set; } = float.NaN;

    /// <summary>The activation of the cell state on its way into h_t: ONNX's h. The default is <see cref="RnnActivation.Tanh"/>.</summary>
    public RnnActivation OutputActivation { get; set; } = RnnActivation.Tanh;

    /// <summary>The number α of <see cref="OutputActivation"/>; not a number (the default): ONNX's.</summary>
    public float OutputAlpha { get; set; } = float.NaN;

    /// <summary>The number β of <see cref="OutputActivation"/>; not a number (the default): ONNX's.</summary>
    public float OutputBeta { get; set; } = float.NaN;
}
