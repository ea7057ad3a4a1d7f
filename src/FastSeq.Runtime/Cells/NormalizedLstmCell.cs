using System.Numerics;
using static FastSeq.Cells.Pointwise;

namespace FastSeq.Cells;

/// <summary>The layer-normalised long short-term memory cell (Ba, Kiros and Hinton 2016), with PyTorch's gates i, f, g, o and no other biases than those of the normalisations.</summary>
/// <remarks>
/// <code>
/// z   = LN(W_ih·x) + LN(W_hh·h_(t-1))               z = i | f | g | o, each LN over all four
/// c_t = σ(f)·c_(t-1) + σ(i)·tanh(g)
/// h_t = σ(o)·tanh(LN(c_t))
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="name">The name of the layer.</param>
/// <param name="layer">The number of the cell in its stack, from 0; with <c>_reverse</c> where it is the second of a bidirectional layer.</param>
/// <param name="inputSize">The number of inputs.</param>
/// <param name="hiddenSize">The number of hidden units.</param>
public sealed class NormalizedLstmCell<T>(string name, string layer, int inputSize, int hiddenSize)
    : ReferenceCell<T>(name, layer, 4, inputSize, hiddenSize, new CellOptions { Bias = false })
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RowNormalization<T> _input = new($"{name}.layernorm_i_l{layer}", 1e-5, true, 4 * hiddenSize);
    private readonly RowNormalization<T> _hidden = new($"{name}.layernorm_h_l{layer}", 1e-5, true, 4 * hiddenSize);
    private readonly RowNormalization<T> _cell = new($"{name}.layernorm_c_l{layer}", 1e-5, true, hiddenSize);

    /// <inheritdoc/>
    public override IReadOnlyList<ReferenceParameter<T>> Parameters => [.. base.Parameters, .. _input.Parameters, .. _hidden.Parameters, .. _cell.Parameters];

    /// <inheritdoc/>
    public override CellState<T> ZeroState => new(new T[HiddenSize], new T[HiddenSize]);

    /// <inheritdoc/>
    public override CellStep<T> Forward(T[] x, CellState<T> previous)
    {
        T[] ofInput = WeightIh.Times(x, 0, 4 * HiddenSize), ofHidden = WeightHh.Times(previous.H, 0, 4 * HiddenSize);
        T[] z = Add(_input.Forward(ofInput), _hidden.Forward(ofHidden));
        (T[] i, T[] slopeI) = Activate(Options.Gate, Gate(z, 0));
        (T[] f, T[] slopeF) = Activate(Options.Gate, Gate(z, 1));
        (T[] g, T[] slopeG) = Activate(Options.Candidate, Gate(z, 2));
        (T[] o, T[] slopeO) = Activate(Options.Gate, Gate(z, 3));
        T[] c = Each(HiddenSize, j => (f[j] * previous.C[j]) + (i[j] * g[j]));
        (T[] tanh, T[] slopeC) = Activate(Options.Output, _cell.Forward(c));
        T[] h = Each(HiddenSize, j => o[j] * tanh[j]);
        return new Step(x, previous, new CellState<T>(h, c), ofInput, ofHidden, i, f, g, o, tanh, slopeI, slopeF, slopeG, slopeO, slopeC);
    }

    /// <inheritdoc/>
    public override (T[] Dx, CellState<T> DPrevious) Backward(CellStep<T> step, CellState<T> dNext)
    {
        var s = (Step)step;
        T[] dh = dNext.H, cPrevious = s.Previous.C;

        // forward: h = o·tanh(LN(c))
        T[] dao = Each(HiddenSize, j => dh[j] * s.Tanh[j] * s.SlopeO[j]);
        T[] dc = Add(dNext.C, _cell.Backward(s.Next.C, Each(HiddenSize, j => dh[j] * s.O[j] * s.SlopeC[j])));

        // forward: c = f·c_(t-1) + i·g
        T[] dai = Each(HiddenSize, j => dc[j] * s.G[j] * s.SlopeI[j]);
        T[] daf = Each(HiddenSize, j => dc[j] * cPrevious[j] * s.SlopeF[j]);
        T[] dag = Each(HiddenSize, j => dc[j] * s.I[j] * s.SlopeG[j]);

        // forward: z = LN(W_ih·x) + LN(W_hh·h_(t-1))
        T[] dz = [.. dai, .. daf, .. dag, .. dao], dInput = _input.Backward(s.OfInput, dz), dHidden = _hidden.Backward(s.OfHidden, dz);
        WeightIh.AddGradient(dInput, s.X, 0);
        WeightHh.AddGradient(dHidden, s.Previous.H, 0);
        return (WeightIh.TransposedTimes(dInput, 0), new CellState<T>(WeightHh.TransposedTimes(dHidden, 0), Each(HiddenSize, j => dc[j] * s.F[j])));
    }

    private T[] Gate(T[] z, int gate) => z[(gate * HiddenSize)..((gate + 1) * HiddenSize)];

    private sealed record Step(
        T[] X, CellState<T> Previous, CellState<T> Next, T[] OfInput, T[] OfHidden, T[] I, T[] F, T[] G, T[] O, T[] Tanh, T[] SlopeI, T[] SlopeF, T[] SlopeG, T[] SlopeO, T[] SlopeC)
        : CellStep<T>(X, Previous, Next);
}
