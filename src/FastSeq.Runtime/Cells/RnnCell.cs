using System.Numerics;
using static FastSeq.Cells.Pointwise;

namespace FastSeq.Cells;

/// <summary>The plain recurrent cell: <c>h_t = f(W_ih·x_t + b_ih + W_hh·h_(t-1) + b_hh)</c>, f = tanh where nothing else is given.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="name">The name of the layer.</param>
/// <param name="layer">The number of the cell in its stack, from 0; with <c>_reverse</c> where it is the second of a bidirectional layer.</param>
/// <param name="inputSize">The number of inputs.</param>
/// <param name="hiddenSize">The number of hidden units.</param>
/// <param name="options">f (<see cref="CellOptions.Candidate"/>) and the other options; none: tanh, with biases.</param>
public sealed class RnnCell<T>(string name, string layer, int inputSize, int hiddenSize, CellOptions? options = null)
    : ReferenceCell<T>(name, layer, 1, inputSize, hiddenSize, options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override CellStep<T> Forward(T[] x, CellState<T> previous)
    {
        T[] a = Add(InputPart(0, x), HiddenPart(0, previous.H));
        (T[] h, T[] slope) = Activate(Options.Candidate, a);
        return new Step(x, previous, new CellState<T>(h, []), slope);
    }

    /// <inheritdoc/>
    public override (T[] Dx, CellState<T> DPrevious) Backward(CellStep<T> step, CellState<T> dNext)
    {
        T[] slope = ((Step)step).Slope;

        // forward: h = f(a)
        T[] da = Each(HiddenSize, j => dNext.H[j] * slope[j]);

        // forward: a = W_ih·x + b_ih + W_hh·h_(t-1) + b_hh
        T[] dx = InputPartBackward(0, da, step.X);
        T[] dhPrevious = HiddenPartBackward(0, da, step.Previous.H);
        return (dx, new CellState<T>(dhPrevious, []));
    }

    private sealed record Step(T[] X, CellState<T> Previous, CellState<T> Next, T[] Slope) : CellStep<T>(X, Previous, Next);
}
