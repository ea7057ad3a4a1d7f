using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Cells;

namespace FastSeq.Generators.Plan;

/// <summary>What the pointwise maths after one product of a cell computes, forward and backward, in whatever language it is printed.</summary>
internal sealed class StageValues
{
    private readonly CellEquations cell;
    private readonly TapeLayout tape;
    private readonly int stage;

    public StageValues(CellEquations cell, int stage)
    {
        this.cell = cell;
        this.stage = stage;
        tape = TapeLayout.Of(cell);
        IsLast = stage == cell.StageCount - 1;
        Crossing = tape.Crossing.Where(n => StageOf(n) == stage).ToArray();
        Kept = tape.Slots.Keys.Where(n => StageOf(n) == stage && (IsLast || !IsStateDependent(n))).ToArray();
        Results = IsLast ? cell.States.Select(s => s.Next).ToArray() : [cell.LaterOperands[stage]];
        Sums = Enumerable.Range(0, cell.PreActivations.Count).Where(i => cell.PreActivations[i].Stage == stage).ToArray();
        FirstState = cell.IsProjected ? 1 : 0;
        BackwardRoots =
        [
            .. Sums.Select(i => cell.Gradients.PreActivations[i]),
            .. stage == 0 ? cell.Gradients.PreviousStates.Concat(cell.Gradients.UnitParameters) : [],
        ];
    }

    /// <summary>Whether the stage gives the next states.</summary>
    public bool IsLast { get; }

    /// <summary>What forward leaves on the tape for backward.</summary>
    public IReadOnlyList<Node> Kept { get; }

    /// <summary>What forward leaves on the tape for later stages.</summary>
    public IReadOnlyList<Node> Crossing { get; }

    /// <summary>The next states, or the operand of the next product.</summary>
    public IReadOnlyList<Node> Results { get; }

    /// <summary>The numbers of the stage's sums among those of the cell.</summary>
    public IReadOnlyList<int> Sums { get; }

    /// <summary>The first state whose gradient goes from step to step here; that of a projected h does so through the projection.</summary>
    public int FirstState { get; }

    /// <summary>The gradients that backward computes.</summary>
    public IReadOnlyList<Node> BackwardRoots { get; }

    /// <summary>Whether forward finds a value on the tape.</summary>
    public bool IsGiven(Node node) => tape.Crossing.Contains(node) && StageOf(node) < stage;

    /// <summary>Whether backward finds a value on the tape or among the states.</summary>
    public bool IsGivenBackward(Node node) => tape.Slots.ContainsKey(node) || cell.States.Any(s => s.Previous == node || s.Next == node);

    private int StageOf(Node value) => TapeLayout.StageOf(cell, value);

    /// <summary>A value that needs only previous states can be computed in any stage; it is kept in the last.</summary>
    private bool IsStateDependent(Node node) => !Node.InOrder([node]).Any(n => cell.PreActivations.Any(p => p.Value == n));
}
