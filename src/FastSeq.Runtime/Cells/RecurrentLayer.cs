using System.Numerics;

namespace FastSeq.Cells;

/// <summary>A cell over the time steps of a sequence, from an initial state, and back through time.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class RecurrentLayer<T> : ReferenceLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReferenceParameter<T>[] _learned = [];
    private CellStep<T>[] _steps = [];
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

    /// <summary>The derivative of something else by the final state, which the next <see cref="Backward"/> adds; null for none.</summary>
    public CellState<T>? FinalGradient { get; set; }

    /// <summary>Of the last <see cref="Backward"/>: the derivative of the loss by the state before the first time step.</summary>
    public CellState<T>? InitialGradient { get; private set; }

    /// <summary>The state after the last time step of the last <see cref="Forward"/>; the initial state after an empty sequence.</summary>
    public CellState<T> FinalState => _steps.Length == 0 ? _begin : _steps[^1].Next;

    /// <inheritdoc/>
    public override IReadOnlyList<ReferenceParameter<T>> Parameters => [.. Cell.Parameters, .. _learned];

    /// <inheritdoc/>
    public override T[][] Forward(T[][] x)
    {
        _steps = new CellStep<T>[x.Length];
        _begin = InitialState ?? (_learned.Length == 0 ? Cell.ZeroState : new(_learned[0].Values, _learned.Length > 1 ? _learned[1].Values : []));
        CellState<T> state = _begin;
        for (int t = 0; t < x.Length; t++)
        {
            _steps[t] = Cell.Forward(x[t], state);
            state = _steps[t].Next;
        }

        return Pointwise.Each(x.Length, t => _steps[t].Next.H);
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
            (dx[t], dState) = Cell.Backward(_steps[t], dNext);
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
}
