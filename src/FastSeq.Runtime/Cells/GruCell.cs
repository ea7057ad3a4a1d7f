using System.Numerics;
using static FastSeq.Cells.Pointwise;

namespace FastSeq.Cells;

/// <summary>The gated recurrent unit in both published forms, with PyTorch's gates r, z, n and its sense of z.</summary>
/// <remarks>
/// <code>
/// r = σ(W_ir·x + b_ir + W_hr·h_(t-1) + b_hr)         z likewise
/// n = tanh(W_in·x + b_in + r·(W_hn·h_(t-1) + b_hn))   reset after the product
/// n = tanh(W_in·x + b_in + W_hn·(r·h_(t-1)) + b_hn)   reset before the product
/// h_t = (1 - z)·n + z·h_(t-1)
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="name">The name of the layer.</param>
/// <param name="layer">The number of the cell in its stack, from 0; with <c>_reverse</c> where it is the second of a bidirectional layer.</param>
/// <param name="inputSize">The number of inputs.</param>
/// <param name="hiddenSize">The number of hidden units.</param>
/// <param name="reset">Where the reset gate applies.</param>
/// <param name="options">Other functions than σ (<see cref="CellOptions.Gate"/>) and tanh (<see cref="CellOptions.Candidate"/>), and other options.</param>
public sealed class GruCell<T>(string name, string layer, int inputSize, int hiddenSize, GruReset reset, CellOptions? options = null)
    : ReferenceCell<T>(name, layer, 3, inputSize, hiddenSize, options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override CellStep<T> Forward(T[] x, CellState<T> previous)
    {
        T[] hPrevious = previous.H;
        T[] ar = Add(InputPart(0, x), HiddenPart(0, hPrevious));
        T[] az = Add(InputPart(1, x), HiddenPart(1, hPrevious));
        (T[] r, T[] slopeR) = Activate(Options.Gate, ar);
        (T[] z, T[] slopeZ) = Activate(Options.Gate, az);

        T[] inputHalf = InputPart(2, x);
        T[] hiddenHalf, n, slopeN;
        if (reset == GruReset.AfterProduct)
        {
            hiddenHalf = HiddenPart(2, hPrevious);
            (n, slopeN) = Activate(Options.Candidate, Each(HiddenSize, j => inputHalf[j] + (r[j] * hiddenHalf[j])));
        }
        else
        {
            hiddenHalf = HiddenPart(2, Each(HiddenSize, j => r[j] * hPrevious[j]));
            (n, slopeN) = Activate(Options.Candidate, Each(HiddenSize, j => inputHalf[j] + hiddenHalf[j]));
        }

        T[] h = Each(HiddenSize, j => ((T.One - z[j]) * n[j]) + (z[j] * hPrevious[j]));
        return new Step(x, previous, new CellState<T>(h, []), r, z, n, hiddenHalf, slopeR, slopeZ, slopeN);
    }

    /// <inheritdoc/>
    public override (T[] Dx, CellState<T> DPrevious) Backward(CellStep<T> step, CellState<T> dNext)
    {
        (T[] x, CellState<T> previous, _, T[] r, T[] z, T[] n, T[] hiddenHalf, T[] slopeR, T[] slopeZ, T[] slopeN) = (Step)step;
        T[] hPrevious = previous.H, dh = dNext.H;

        // forward: h = (1 - z)·n + z·h_(t-1)
        T[] dan = Each(HiddenSize, j => dh[j] * (T.One - z[j]) * slopeN[j]);
        T[] daz = Each(HiddenSize, j => dh[j] * (hPrevious[j] - n[j]) * slopeZ[j]);
        T[] dhPrevious = Each(HiddenSize, j => dh[j] * z[j]);

        T[] dr;
        if (reset == GruReset.AfterProduct)
        {
            // forward: n = tanh(inputHalf + r·hiddenHalf), hiddenHalf = W_hn·h_(t-1) + b_hn
            dr = Each(HiddenSize, j => dan[j] * hiddenHalf[j]);
            dhPrevious = Add(dhPrevious, HiddenPartBackward(2, Each(HiddenSize, j => dan[j] * r[j]), hPrevious));
        }
        else
        {
            // forward: n = tanh(inputHalf + hiddenHalf), hiddenHalf = W_hn·(r·h_(t-1)) + b_hn
            T[] dProduct = HiddenPartBackward(2, dan, Each(HiddenSize, j => r[j] * hPrevious[j]));
            dr = Each(HiddenSize, j => dProduct[j] * hPrevious[j]);
            dhPrevious = Add(dhPrevious, Each(HiddenSize, j => dProduct[j] * r[j]));
        }

        // forward: r = σ(ar)
        T[] dar = Each(HiddenSize, j => dr[j] * slopeR[j]);
        dhPrevious = Add(dhPrevious, Add(HiddenPartBackward(0, dar, hPrevious), HiddenPartBackward(1, daz, hPrevious)));
        T[] dx = Add(Add(InputPartBackward(0, dar, x), InputPartBackward(1, daz, x)), InputPartBackward(2, dan, x));
        return (dx, new CellState<T>(dhPrevious, []));
    }

    private sealed record Step(
        T[] X, CellState<T> Previous, CellState<T> Next, T[] R, T[] Z, T[] N, T[] HiddenHalf, T[] SlopeR, T[] SlopeZ, T[] SlopeN)
        : CellStep<T>(X, Previous, Next);
}
