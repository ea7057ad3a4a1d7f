namespace FastSeq;

/// <summary>What the recurrent layers share.</summary>
/// <param name="hiddenSize">The number of hidden units, from 1 to 8,192.</param>
public abstract class RecurrentLayerAttribute(int hiddenSize) : LayerAttribute
{
    /// <summary>The number of hidden units.</summary>
    public int HiddenSize { get; } = hiddenSize;

    /// <summary>The number of layers stacked on one another, from 1 to 64. The default is 1.</summary>
    public int Layers { get; set; } = 1;

    /// <summary>The share of outputs that training drops between stacked layers (not after the last), at least 0 and below 1. The default is 0.</summary>
    public float Dropout { get; set; }

    /// <summary>
    /// The share of inputs that training drops, of each layer of the stack and each direction by a mask of its own that all time steps of a sequence share (Gal and Ghahramani 2016;
    /// Keras's <c>dropout</c>); at least 0 and below 1. The default is 0.
    /// </summary>
    public float InputDropout { get; set; }

    /// <summary>
    /// The share of <c>h_(t-1)</c> that training drops on its way into the recurrent product, by a mask that all time steps of a sequence share (Gal and Ghahramani 2016; Keras's
    /// <c>recurrent_dropout</c> with one mask for all gates); at least 0 and below 1. The default is 0.
    /// </summary>
    public float RecurrentDropout { get; set; }

    /// <summary>
    /// The probability that a unit of h keeps its previous value at a training step (Krueger et al. 2016, <i>Zoneout</i>): <c>h_t = k·h_(t-1) + (1 - k)·h'_t</c> with k = 1 or 0.
    /// Elsewhere, in <c>Step</c> as in <c>Predict</c>, k is this probability. At least 0 and below 1; the default is 0.
    /// </summary>
    public float Zoneout { get; set; }

    /// <summary>
    /// The share of <c>weight_hh</c> that a training step drops, the same for all sequences and time steps; the others are multiplied by <c>1 / (1 - WeightDrop)</c>: the weight drop
    /// of Merity, Keskar and Socher 2017, DropConnect on the recurrent weights. At least 0 and below 1; the default is 0.
    /// </summary>
    public float WeightDrop { get; set; }

    /// <summary>
    /// Whether the state that sequences begin with is learned: parameters <c>lstm.h_0_l0</c> (and <c>lstm.c_0_l0</c>) of [hidden], which start at zero. The default is
    /// the zero state. A stream begins with the model's <c>RestState</c>, not with <c>default</c>.
    /// </summary>
    public bool LearnInitialState { get; set; }

    /// <summary>Whether sums have biases, <c>bias_ih_l0</c> and <c>bias_hh_l0</c>: PyTorch's <c>bias</c>. The default is true.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>Whether training leaves the layer's parameters as they are, learned initial states included: PyTorch's <c>requires_grad = False</c>. The default is false.</summary>
    public bool Frozen { get; set; }

    /// <summary>
    /// The bound of what goes into the activations of the gates: each sum <c>W_ih·x + b_ih + W_hh·h + b_hh</c> is held between -bound and bound first, as by ONNX's
    /// attribute <c>clip</c>. The gradient passes where the sum lies between them, the ends included. The default is infinity: no bound.
    /// </summary>
    public float InputClip { get; set; } = float.PositiveInfinity;

    /// <summary>The order in which time is read. The default is <see cref="Direction.Forward"/>. Of stacked layers each has this direction.</summary>
    /// <remarks>
    /// A layer that reads backwards needs whole sequences: its model predicts and trains, but has no <c>Step</c>. The second cell of a bidirectional layer
    /// has PyTorch's names with <c>_reverse</c>: <c>lstm.weight_ih_l0_reverse</c>.
    /// </remarks>
    public Direction Direction { get; set; }

    /// <summary>How the two outputs of a bidirectional layer are joined. The default is <see cref="Merge.Concat"/>.</summary>
    public Merge Merge { get; set; }
}
