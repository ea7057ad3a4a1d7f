using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using FastSeq.Generators.Cells;

namespace FastSeq.Generators.Plan;

/// <summary>
/// Where forward keeps a cell's values for backward: each row of a panel's tape holds one slot of lanes a value. The first slots hold the input sums until the
/// pointwise maths has read them; a value made of one such sum takes its place.
/// </summary>
internal sealed class TapeLayout
{
    private static readonly ConditionalWeakTable<CellEquations, TapeLayout> Known = new();

    private readonly Dictionary<Node, int> slots = new();

    private TapeLayout(CellEquations cell)
    {
        Node[] crossing = CrossingValues(cell);
        PreActivation[] inputs = cell.Inputs.ToArray();
        SlotCount = inputs.Length;
        foreach (Node value in cell.Gradients.Kept.Concat(crossing).Distinct())
        {
            int own = System.Array.FindIndex(inputs, p => p.Value == value || (value.Inputs.Count == 1 && value.Inputs[0] == p.Value));
            slots[value] = own >= 0 && !slots.ContainsValue(own) ? own : SlotCount++;
        }

        Crossing = crossing;
    }

    /// <summary>The slots of a row.</summary>
    public int SlotCount { get; }

    /// <summary>The kept values, each with its slot.</summary>
    public IReadOnlyDictionary<Node, int> Slots => slots;

    /// <summary>The values of an earlier stage that a later one reads.</summary>
    public IReadOnlyList<Node> Crossing { get; }

    public static TapeLayout Of(CellEquations cell) => Known.GetValue(cell, c => new TapeLayout(c));

    /// <summary>The stage after whose product a value can be computed.</summary>
    public static int StageOf(CellEquations cell, Node value) =>
        Node.InOrder([value]).Select(n => cell.PreActivations.FirstOrDefault(p => p.Value == n)?.Stage ?? 0).Max();

    private static Node[] CrossingValues(CellEquations cell)
    {
        if (cell.StageCount == 1)
        {
            return [];
        }

        Node[] roots = cell.States.Select(s => s.Next).Concat(cell.LaterOperands.Skip(1)).ToArray();
        return Node.InOrder(roots, n => n.IsExpensive && StageOf(cell, n) < cell.StageCount - 1)
            .Where(n => n.IsExpensive && StageOf(cell, n) < cell.StageCount - 1)
            .ToArray();
    }
}
