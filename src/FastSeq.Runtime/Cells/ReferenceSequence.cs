using System.Numerics;

namespace FastSeq.Cells;

/// <summary>One sequence of a batch: what goes in, and what should come out.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed record ReferenceSequence<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>One row of features a time step, of a model that reads features.</summary>
    public T[][] Features { get; init; } = [];

    /// <summary>One token a time step, of a model that reads tokens.</summary>
    public int[] Tokens { get; init; } = [];

    /// <summary>The class of each row of outputs, where the loss learns classes; with CTC the labels of the sequence, as many as there are.</summary>
    public int[] Labels { get; init; } = [];

    /// <summary>The values that each row of outputs learns, where the loss learns values.</summary>
    public T[][] Targets { get; init; } = [];

    /// <summary>The state that each of <see cref="ReferenceModel{T}.Recurrent"/> begins with; null for the learned one, or zeros.</summary>
    public IReadOnlyList<CellState<T>>? InitialStates { get; init; }

    /// <summary>The derivatives of something else by the final states, which training adds; null for none.</summary>
    public IReadOnlyList<CellState<T>>? FinalGradients { get; init; }

    /// <summary>Set by a forward: the states after the last time step.</summary>
    public IReadOnlyList<CellState<T>> FinalStates { get; internal set; } = [];

    /// <summary>Set by training: the derivatives of the loss by the states that the sequence began with.</summary>
    public IReadOnlyList<CellState<T>> InitialGradients { get; internal set; } = [];
}
