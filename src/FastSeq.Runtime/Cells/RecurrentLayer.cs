using System.Numerics;

namespace FastSeq.Cells;

/// <summary>A cell over the time steps of a sequence, from an initial state, and back through time.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class RecurrentLayer<T> : ReferenceLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReferenceParameter<T>[] _learned = [];
    private CellStep<T>[] _steps = [];
    private CellState<T>[] _states = [];
    private CellState<T> _begin;

    /// <summary>A layer.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="name">The name of the layer, where its initial state is learned; otherwise null.</param>
    /// <param name="place">The number of the cell in its stack, with its direction.</param>
    public RecurrentLayer(ReferenceCell<T> cell, string? name = null, string place = "0")
        : base(cell.OutputSize)
    {
        Cell = cell;
        _begin = cell.ZeroState;
        if (name is not null)
        {
            _learned = [new($"{name}.h_0_l{place}", _begin.H.Length), .. _begin.C.Length > 0 ? [new($"{name}.c_0_l{place}", _begin.C.Length)] : Array.Empty<ReferenceParameter<T>>()];
        }
    }

    /// <summary>The cell.</summary>
    public ReferenceCell<T> Cell { get; }

    /// <summary>The state before the first time step; null for the learned one, or zeros where none is learned.</summary>
    public CellState<T>? InitialState { get; set; }

    /// <summary>The masks; null for none.</summary>
    public RecurrentMasks<T>? Masks { get; set; }

    /// <summary>The number in its batch of the sequence that runs.</summary>
    internal int Sequence { get; set; }

    /// <summary>The derivative of something else by the final state, which the next <see cref="Backward"/> adds; null for none.</summary>
    public CellState<T>? FinalGradient { get; set; }

    /// <summary>Of the last <see cref="Backward"/>: the derivative of the loss by the state before the first time step.</summary>
    public CellState<T>? InitialGradient { get; private set; }

    /// <summary>The state after the last time step of the last <see cref="Forward"/>; the initial state after an empty sequence.</summary>
    public CellState<T> FinalState => _states.Length == 0 ? _begin : _states[^1];

    /// <inheritdoc/>
    public override IReadOnlyList<ReferenceParameter<T>> Parameters => [.. Cell.Parameters, .. _learned];

    /// <inheritdoc/>
    public override T[][] Forward(T[][] x)
    {
        _steps = new CellStep<T>[x.Length];
        _begin = InitialState ?? (_learned.Length == 0 ? Cell.ZeroState : new(_learned[0].Values, _learned.Length > 1 ? _learned[1].Values : []));
        Cell.HiddenFactors = Masks?.Hidden is { } hidden ? Pointwise.Each(OutputSize, j => hidden(Sequence, j)) : null;
        _states = new CellState<T>[x.Length];
        CellState<T> state = _begin;
        for (int t = 0; t < x.Length; t++)
        {
            _steps[t] = Cell.Forward(Dropped(x[t]), state);
            state = Mix(t, state, _steps[t].Next);
            _states[t] = state;
        }

        return Pointwise.Each(x.Length, t => _states[t].H);
    }

    /// <inheritdoc/>
    public override T[][] Backward(T[][] dy)
    {
        var dx = new T[dy.Length][];
        CellState<T> dState = FinalGradient ?? Cell.ZeroState;
        for (int t = dy.Length - 1; t >= 0; t--)
        {
            // h_t goes two ways: out, as y_t, and on to the next step.
            var dNext = new CellState<T>(Pointwise.Add(dy[t], dState.H), dState.C);
            // forward: state = k·previous + (1 - k)·next
            CellState<T> dOfStep = Scale(dNext, (state, j) => T.One - Keeps(state, t, j)), dKept = Scale(dNext, (state, j) => Keeps(state, t, j));
            (dx[t], dState) = Cell.Backward(_steps[t], dOfStep);
            dx[t] = Dropped(dx[t]);
            dState = new CellState<T>(Pointwise.Add(dState.H, dKept.H), Pointwise.Add(dState.C, dKept.C));
        }

        InitialGradient = dState;
        if (InitialState is null && _learned.Length > 0)
        {
            _learned[0].AddGradient(dState.H, 0);
            if (_learned.Length > 1)
            {
                _learned[1].AddGradient(dState.C, 0);
            }
        }

        return dx;
    }

    private T[] Dropped(T[] x) => Masks?.Input is { } factor ? Pointwise.Each(x.Length, j => x[j] * factor(Sequence, j)) : x;

    /// <summary>Zoneout: each unit of a state keeps its previous value, or a share of it.</summary>
    private CellState<T> Mix(int t, CellState<T> previous, CellState<T> next)
    {
        CellState<T> kept = Scale(previous, (state, j) => Keeps(state, t, j)), changed = Scale(next, (state, j) => T.One - Keeps(state, t, j));
        return new CellState<T>(Pointwise.Add(kept.H, changed.H), Pointwise.Add(kept.C, changed.C));
    }

    /// <summary>The share of the previous value in a unit of h (state 0) or c (state 1).</summary>
    private T Keeps(int state, int t, int j)
    {
        if ((state == 0 ? Masks?.KeepsH : Masks?.KeepsC) is { } keeps)
        {
            return keeps(Sequence, t, j) ? T.One : T.Zero;
        }

        return state == 0 ? Cell.Zoneout.OfH : Cell.Zoneout.OfC;
    }

    private static CellState<T> Scale(CellState<T> state, Func<int, int, T> factor) =>
        new(Pointwise.Each(state.H.Length, j => state.H[j] * factor(0, j)), Pointwise.Each(state.C.Length, j => state.C[j] * factor(1, j)));
}
