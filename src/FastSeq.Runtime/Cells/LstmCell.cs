using System.Numerics;
using static FastSeq.Cells.Pointwise;

namespace FastSeq.Cells;

/// <summary>The long short-term memory cell, with PyTorch's gates i, f, g, o.</summary>
/// <remarks>
/// <code>
/// i = σ(W_ii·x + b_ii + W_hi·h_(t-1) + b_hi)         f, o likewise
/// g = tanh(W_ig·x + b_ig + W_hg·h_(t-1) + b_hg)
/// c_t = f·c_(t-1) + i·g
/// h_t = o·tanh(c_t)
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="name">The name of the layer.</param>
/// <param name="layer">The number of the cell in its stack, from 0; with <c>_reverse</c> where it is the second of a bidirectional layer.</param>
/// <param name="inputSize">The number of inputs.</param>
/// <param name="hiddenSize">The number of hidden units.</param>
public sealed class LstmCell<T>(string name, string layer, int inputSize, int hiddenSize)
    : ReferenceCell<T>(name, layer, 4, inputSize, hiddenSize)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override CellState<T> ZeroState => new(new T[HiddenSize], new T[HiddenSize]);

    /// <inheritdoc/>
    public override CellStep<T> Forward(T[] x, CellState<T> previous)
    {
        T[] ai = Add(InputPart(0, x), HiddenPart(0, previous.H));
        T[] af = Add(InputPart(1, x), HiddenPart(1, previous.H));
        T[] ag = Add(InputPart(2, x), HiddenPart(2, previous.H));
        T[] ao = Add(InputPart(3, x), HiddenPart(3, previous.H));

        T[] i = Each(HiddenSize, j => Sigmoid(ai[j]));
        T[] f = Each(HiddenSize, j => Sigmoid(af[j]));
        T[] g = Each(HiddenSize, j => T.Tanh(ag[j]));
        T[] o = Each(HiddenSize, j => Sigmoid(ao[j]));

        T[] c = Each(HiddenSize, j => (f[j] * previous.C[j]) + (i[j] * g[j]));
        T[] h = Each(HiddenSize, j => o[j] * T.Tanh(c[j]));
        return new Step(x, previous, new CellState<T>(h, c), i, f, g, o);
    }

    /// <inheritdoc/>
    public override (T[] Dx, CellState<T> DPrevious) Backward(CellStep<T> step, CellState<T> dNext)
    {
        (T[] x, CellState<T> previous, CellState<T> next, T[] i, T[] f, T[] g, T[] o) = (Step)step;
        T[] dh = dNext.H;

        // forward: h = o·tanh(c)
        T[] tanhC = Each(HiddenSize, j => T.Tanh(next.C[j]));
        T[] dao = Each(HiddenSize, j => dh[j] * tanhC[j] * SigmoidSlope(o[j]));
        T[] dc = Each(HiddenSize, j => dNext.C[j] + (dh[j] * o[j] * TanhSlope(tanhC[j])));

        // forward: c = f·c_(t-1) + i·g
        T[] dai = Each(HiddenSize, j => dc[j] * g[j] * SigmoidSlope(i[j]));
        T[] daf = Each(HiddenSize, j => dc[j] * previous.C[j] * SigmoidSlope(f[j]));
        T[] dag = Each(HiddenSize, j => dc[j] * i[j] * TanhSlope(g[j]));
        T[] dcPrevious = Each(HiddenSize, j => dc[j] * f[j]);

        // forward: a = W_ih·x + b_ih + W_hh·h_(t-1) + b_hh, of each gate
        var dx = new T[InputSize];
        var dhPrevious = new T[HiddenSize];
        T[][] da = [dai, daf, dag, dao];
        for (int gate = 0; gate < 4; gate++)
        {
            dx = Add(dx, InputPartBackward(gate, da[gate], x));
            dhPrevious = Add(dhPrevious, HiddenPartBackward(gate, da[gate], previous.H));
        }

        return (dx, new CellState<T>(dhPrevious, dcPrevious));
    }

    private sealed record Step(T[] X, CellState<T> Previous, CellState<T> Next, T[] I, T[] F, T[] G, T[] O) : CellStep<T>(X, Previous, Next);
}
