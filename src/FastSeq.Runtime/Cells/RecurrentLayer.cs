using System.Numerics;

namespace FastSeq.Cells;

/// <summary>A cell over the time steps of a sequence, from the zero state, and back through time.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="cell">The cell.</param>
public sealed class RecurrentLayer<T>(ReferenceCell<T> cell) : ReferenceLayer<T>(cell.HiddenSize)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private CellStep<T>[] _steps = [];

    /// <summary>The cell.</summary>
    public ReferenceCell<T> Cell => cell;

    /// <summary>The state after the last time step of the last <see cref="Forward"/>; zeros after an empty sequence.</summary>
    public CellState<T> FinalState => _steps.Length == 0 ? cell.ZeroState : _steps[^1].Next;

    /// <inheritdoc/>
    public override IReadOnlyList<ReferenceParameter<T>> Parameters => [cell.WeightIh, cell.WeightHh, cell.BiasIh, cell.BiasHh];

    /// <inheritdoc/>
    public override T[][] Forward(T[][] x)
    {
        _steps = new CellStep<T>[x.Length];
        CellState<T> state = cell.ZeroState;
        for (int t = 0; t < x.Length; t++)
        {
            _steps[t] = cell.Forward(x[t], state);
            state = _steps[t].Next;
        }

        return Pointwise.Each(x.Length, t => _steps[t].Next.H);
    }

    /// <inheritdoc/>
    public override T[][] Backward(T[][] dy)
    {
        var dx = new T[dy.Length][];
        CellState<T> dState = cell.ZeroState;
        for (int t = dy.Length - 1; t >= 0; t--)
        {
            // h_t goes two ways: out, as y_t, and on to the next step.
            var dNext = new CellState<T>(Pointwise.Add(dy[t], dState.H), dState.C);
            (dx[t], dState) = cell.Backward(_steps[t], dNext);
        }

        return dx;
    }
}
