using System.Numerics;
using static FastSeq.Cells.Pointwise;

namespace FastSeq.Cells;

/// <summary>The layer-normalised gated recurrent unit (Ba, Kiros and Hinton 2016), with PyTorch's gates r, z, n and its sense of z, and no other biases than those of the normalisations.</summary>
/// <remarks>
/// <code>
/// r | z = σ(LN(W_irz·x) + LN(W_hrz·h_(t-1)))         each LN over r and z together
/// n     = tanh(LN(W_in·x) + r·LN(W_hn·h_(t-1)))      each LN over n
/// h_t   = (1 - z)·n + z·h_(t-1)
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="name">The name of the layer.</param>
/// <param name="layer">The number of the cell in its stack, from 0; with <c>_reverse</c> where it is the second of a bidirectional layer.</param>
/// <param name="inputSize">The number of inputs.</param>
/// <param name="hiddenSize">The number of hidden units.</param>
public sealed class NormalizedGruCell<T>(string name, string layer, int inputSize, int hiddenSize)
    : ReferenceCell<T>(name, layer, 3, inputSize, hiddenSize, new CellOptions { Bias = false })
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RowNormalization<T> _input = new($"{name}.layernorm_i_l{layer}", 1e-5, true, 2 * hiddenSize, hiddenSize);
    private readonly RowNormalization<T> _hidden = new($"{name}.layernorm_h_l{layer}", 1e-5, true, 2 * hiddenSize, hiddenSize);

    /// <inheritdoc/>
    public override IReadOnlyList<ReferenceParameter<T>> Parameters => [.. base.Parameters, .. _input.Parameters, .. _hidden.Parameters];

    /// <inheritdoc/>
    public override CellStep<T> Forward(T[] x, CellState<T> previous)
    {
        T[] ofInput = WeightIh.Times(x, 0, 3 * HiddenSize), ofHidden = WeightHh.Times(previous.H, 0, 3 * HiddenSize);
        T[] input = _input.Forward(ofInput), hidden = _hidden.Forward(ofHidden);
        (T[] r, T[] slopeR) = Activate(Options.Gate, Add(Gate(input, 0), Gate(hidden, 0)));
        (T[] z, T[] slopeZ) = Activate(Options.Gate, Add(Gate(input, 1), Gate(hidden, 1)));
        T[] inputHalf = Gate(input, 2), hiddenHalf = Gate(hidden, 2);
        (T[] n, T[] slopeN) = Activate(Options.Candidate, Each(HiddenSize, j => inputHalf[j] + (r[j] * hiddenHalf[j])));
        T[] h = Each(HiddenSize, j => ((T.One - z[j]) * n[j]) + (z[j] * previous.H[j]));
        return new Step(x, previous, new CellState<T>(h, []), ofInput, ofHidden, hiddenHalf, r, z, n, slopeR, slopeZ, slopeN);
    }

    /// <inheritdoc/>
    public override (T[] Dx, CellState<T> DPrevious) Backward(CellStep<T> step, CellState<T> dNext)
    {
        var s = (Step)step;
        T[] dh = dNext.H, hPrevious = s.Previous.H;

        // forward: h = (1 - z)·n + z·h_(t-1)
        T[] dan = Each(HiddenSize, j => dh[j] * (T.One - s.Z[j]) * s.SlopeN[j]);
        T[] daz = Each(HiddenSize, j => dh[j] * (hPrevious[j] - s.N[j]) * s.SlopeZ[j]);

        // forward: n = tanh(inputHalf + r·hiddenHalf)
        T[] dar = Each(HiddenSize, j => dan[j] * s.HiddenHalf[j] * s.SlopeR[j]);
        T[] dInput = _input.Backward(s.OfInput, [.. dar, .. daz, .. dan]);
        T[] dHidden = _hidden.Backward(s.OfHidden, [.. dar, .. daz, .. Each(HiddenSize, j => dan[j] * s.R[j])]);
        WeightIh.AddGradient(dInput, s.X, 0);
        WeightHh.AddGradient(dHidden, hPrevious, 0);
        T[] dhPrevious = Add(WeightHh.TransposedTimes(dHidden, 0), Each(HiddenSize, j => dh[j] * s.Z[j]));
        return (WeightIh.TransposedTimes(dInput, 0), new CellState<T>(dhPrevious, []));
    }

    private T[] Gate(T[] sums, int gate) => sums[(gate * HiddenSize)..((gate + 1) * HiddenSize)];

    private sealed record Step(
        T[] X, CellState<T> Previous, CellState<T> Next, T[] OfInput, T[] OfHidden, T[] HiddenHalf, T[] R, T[] Z, T[] N, T[] SlopeR, T[] SlopeZ, T[] SlopeN)
        : CellStep<T>(X, Previous, Next);
}
