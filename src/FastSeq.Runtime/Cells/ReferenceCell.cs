using System.Numerics;

namespace FastSeq.Cells;

/// <summary>
/// A recurrent cell in plain scalar code, for sizes known at run time: what the emitted code of the same cell is compared with.
/// Weights have PyTorch's layout: the gates one below another, <c>weight_ih</c> [gates·hidden, input] and <c>weight_hh</c> [gates·hidden, hidden], with two biases.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>; all arithmetic is in this type.</typeparam>
public abstract class ReferenceCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected ReferenceCell(string name, string layer, int gates, int inputSize, int hiddenSize, CellOptions? options)
    {
        Options = options ?? new CellOptions();
        InputSize = inputSize;
        HiddenSize = hiddenSize;
        OutputSize = Options.ProjectionSize > 0 ? Options.ProjectionSize : hiddenSize;
        WeightIh = new ReferenceParameter<T>($"{name}.weight_ih_l{layer}", gates * hiddenSize, inputSize);
        WeightHh = new ReferenceParameter<T>($"{name}.weight_hh_l{layer}", gates * hiddenSize, OutputSize);
        BiasIh = new ReferenceParameter<T>($"{name}.bias_ih_l{layer}", gates * hiddenSize);
        BiasHh = new ReferenceParameter<T>($"{name}.bias_hh_l{layer}", gates * hiddenSize);
    }

    /// <summary>The number of inputs of a time step.</summary>
    public int InputSize { get; }

    /// <summary>The number of hidden units.</summary>
    public int HiddenSize { get; }

    /// <summary>The size of h: that of the hidden units, or of their projection.</summary>
    public int OutputSize { get; }

    /// <summary><c>weight_ih</c> [gates·hidden, input].</summary>
    public ReferenceParameter<T> WeightIh { get; }

    /// <summary><c>weight_hh</c> [gates·hidden, size of h].</summary>
    public ReferenceParameter<T> WeightHh { get; }

    /// <summary><c>bias_ih</c> [gates·hidden]; zeros that are no parameter of a cell without biases.</summary>
    public ReferenceParameter<T> BiasIh { get; }

    /// <summary><c>bias_hh</c> [gates·hidden]; zeros that are no parameter of a cell without biases.</summary>
    public ReferenceParameter<T> BiasHh { get; }

    /// <summary>The parameters, in PyTorch's order.</summary>
    public virtual IReadOnlyList<ReferenceParameter<T>> Parameters => Options.Bias ? [WeightIh, WeightHh, BiasIh, BiasHh] : [WeightIh, WeightHh];

    /// <summary>The state before the first time step: zeros.</summary>
    public virtual CellState<T> ZeroState => new(new T[HiddenSize], []);

    /// <summary>One time step.</summary>
    /// <param name="x">x_t [input].</param>
    /// <param name="previous">The state before the step.</param>
    /// <returns>The step, with the new state in <see cref="CellStep{T}.Next"/>.</returns>
    public abstract CellStep<T> Forward(T[] x, CellState<T> previous);

    /// <summary>The derivative of one time step: adds to the gradients of the weights, and passes on those of the inputs.</summary>
    /// <param name="step">What <see cref="Forward"/> returned.</param>
    /// <param name="dNext">The derivative of the loss by the state after the step.</param>
    /// <returns>The derivatives of the loss by x_t and by the state before the step.</returns>
    public abstract (T[] Dx, CellState<T> DPrevious) Backward(CellStep<T> step, CellState<T> dNext);

    /// <summary>The factors of the h that the recurrent product multiplies; null for none.</summary>
    internal T[]? HiddenFactors { get; set; }

    /// <summary>The probabilities that units of h and of c keep their previous values.</summary>
    internal (T OfH, T OfC) Zoneout => (T.CreateChecked(Options.Zoneout), T.CreateChecked(Options.CellZoneout));

    /// <summary>The options.</summary>
    private protected CellOptions Options { get; }

    /// <summary>f of sums that are first held within the bound of <see cref="CellOptions.InputClip"/>, and its derivatives by the sums.</summary>
    private protected (T[] Value, T[] Slope) Activate(CellFunction f, T[] sums)
    {
        T bound = T.CreateChecked(Options.InputClip);
        T[] held = Pointwise.Each(sums.Length, j => T.Clamp(sums[j], -bound, bound));
        return (
            Pointwise.Each(sums.Length, j => f.Value(held[j])),
            Pointwise.Each(sums.Length, j => T.Abs(sums[j]) <= bound ? f.Slope(held[j]) : T.Zero));
    }

    /// <summary>Σ_k W_ih[j, k]·x_k + b_ih[j] of the units j of a gate.</summary>
    private protected T[] InputPart(int gate, T[] x)
        => Affine(WeightIh, BiasIh, gate, x);

    /// <summary>Σ_k W_hh[j, k]·h_k + b_hh[j] of the units j of a gate.</summary>
    private protected T[] HiddenPart(int gate, T[] h)
        => Affine(WeightHh, BiasHh, gate, Dropped(h));

    /// <summary>From the derivative by <see cref="InputPart"/> of a gate: adds to the gradients of W_ih and b_ih, and returns dx.</summary>
    private protected T[] InputPartBackward(int gate, T[] d, T[] x)
        => AffineBackward(WeightIh, BiasIh, gate, d, x);

    /// <summary>From the derivative by <see cref="HiddenPart"/> of a gate: adds to the gradients of W_hh and b_hh, and returns dh.</summary>
    private protected T[] HiddenPartBackward(int gate, T[] d, T[] h)
        => Dropped(AffineBackward(WeightHh, BiasHh, gate, d, Dropped(h)));

    private T[] Dropped(T[] h) => HiddenFactors is { } factors ? Pointwise.Each(h.Length, j => h[j] * factors[j]) : h;

    private T[] Affine(ReferenceParameter<T> weight, ReferenceParameter<T> bias, int gate, T[] x)
    {
        T[] y = weight.Times(x, gate * HiddenSize, HiddenSize);
        return Pointwise.Each(HiddenSize, j => y[j] + bias.Values[(gate * HiddenSize) + j]);
    }

    private T[] AffineBackward(ReferenceParameter<T> weight, ReferenceParameter<T> bias, int gate, T[] d, T[] x)
    {
        weight.AddGradient(d, x, gate * HiddenSize);
        bias.AddGradient(d, gate * HiddenSize);
        return weight.TransposedTimes(d, gate * HiddenSize);
    }
}
