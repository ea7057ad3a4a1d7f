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
        foreach (Node value in crossing.Where(value => OwnSlot(value) >= 0))
        {
            slots[value] = OwnSlot(value);
        }

        foreach (Node value in cell.Gradients.Kept.Concat(crossing).Distinct().Where(value => !slots.ContainsKey(value)))
        {
            int own = OwnSlot(value);
            slots[value] = own >= 0 && !slots.ContainsValue(own) ? own : SlotCount++;
        }

        Crossing = crossing;

        // The slot of the only sum that a value is made of, if that has an input part; else -1.
        int OwnSlot(Node value)
        {
            Node[] sums = Node.InOrder([value]).Where(n => cell.PreActivations.Any(p => p.Value == n)).ToArray();
            return sums.Length == 1 ? System.Array.FindIndex(inputs, p => p.Value == sums[0]) : -1;
        }
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
        return Node.InOrder(roots, Crosses).Where(Crosses).ToArray();

        // A gate crosses even where it is cheap: the sum that it is made of is there only in its own stage.
        bool Crosses(Node n) => (n.IsExpensive || (n.Name is not null && IsMadeOfSums(n))) && StageOf(cell, n) < cell.StageCount - 1;

        bool IsMadeOfSums(Node value) => Node.InOrder([value]).Any(n => cell.PreActivations.Any(p => p.Value == n));
    }
}
