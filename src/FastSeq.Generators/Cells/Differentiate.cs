using System.Collections.Generic;
using System.Linq;

namespace FastSeq.Generators.Cells;

/// <summary>
/// The backward equations of a cell: gradients of its weighted sums and previous states as expressions of the gradients of its next states and of
/// values that forward computed.
/// </summary>
/// <param name="StateSeeds">For each state, the leaf that stands for the gradient of its next value.</param>
/// <param name="OperandSeeds">For each stage after the first, the leaf that stands for the gradient of its operand.</param>
/// <param name="PreActivations">For each sum, its gradient.</param>
/// <param name="PreviousStates">For each state, the pointwise part of the gradient of its previous value (the products add theirs to h's).</param>
/// <param name="UnitParameters">For each parameter of one number a unit, the gradient that a row adds to.</param>
/// <param name="Kept">The values that forward must keep for backward, besides the states.</param>
internal sealed record CellGradients(
    IReadOnlyList<Node> StateSeeds,
    IReadOnlyList<Node> OperandSeeds,
    IReadOnlyList<Node> PreActivations,
    IReadOnlyList<Node> PreviousStates,
    IReadOnlyList<Node> UnitParameters,
    IReadOnlyList<Node> Kept);

/// <summary>Reverse-mode differentiation of a cell's equations, at compile time. Derivatives are written by the outputs: tanh' = 1 - y².</summary>
internal static class Differentiate
{
    public static CellGradients Cell(CellEquations cell)
    {
        var gradients = new Dictionary<Node, Node>();
        Node[] stateSeeds = cell.States.Select(s => Node.Leaf("d" + Upper(s.Name))).ToArray();
        Node[] operandSeeds = cell.LaterOperands.Select((_, index) => Node.Leaf("dOperand" + (index + 1))).ToArray();
        for (int index = 0; index < stateSeeds.Length; index++)
        {
            Accumulate(gradients, cell.States[index].Next, stateSeeds[index]);
        }

        for (int index = 0; index < operandSeeds.Length; index++)
        {
            Accumulate(gradients, cell.LaterOperands[index], operandSeeds[index]);
        }

        List<Node> order = Node.InOrder(cell.States.Select(s => s.Next).Concat(cell.LaterOperands));
        foreach (Node node in Enumerable.Reverse(order))
        {
            if (gradients.TryGetValue(node, out Node? gradient))
            {
                Spread(gradients, node, gradient);
            }
        }

        Node[] preActivations = cell.PreActivations.Select(p => Of(p.Value).Called("d" + Upper(p.Name))).ToArray();
        Node[] previousStates = cell.States.Select(s => Of(s.Previous)).ToArray();
        Node[] unitParameters = cell.UnitParameters.Select(p => Of(p.Value).Called("d" + Upper(p.Value.Name!))).ToArray();
        IReadOnlyList<Node> kept = KeptValues(cell, order, preActivations.Concat(previousStates).Concat(unitParameters));
        return new CellGradients(stateSeeds, operandSeeds, preActivations, previousStates, unitParameters, kept);

        Node Of(Node leaf) => gradients.TryGetValue(leaf, out Node? gradient) ? gradient : Node.Constant(0);
    }

    /// <summary>
    /// What backward reads of forward: sums and values that are costly to compute again are kept; cheap ones are recomputed from those;
    /// states stand in the states' own history.
    /// </summary>
    private static IReadOnlyList<Node> KeptValues(CellEquations cell, List<Node> forward, IEnumerable<Node> gradients)
    {
        var known = new HashSet<Node>(cell.States.SelectMany(s => new[] { s.Previous, s.Next }));
        var computedForward = new HashSet<Node>(forward);
        return Node.InOrder(gradients, IsGiven).Where(n => IsGiven(n) && !known.Contains(n)).ToArray();

        bool IsGiven(Node node) =>
            known.Contains(node) || (computedForward.Contains(node) && (node.IsExpensive || IsSum(node)));

        bool IsSum(Node node) => cell.PreActivations.Any(p => p.Value == node);
    }

    private static void Spread(Dictionary<Node, Node> gradients, Node y, Node dy)
    {
        switch (y.Operation)
        {
            case Operation.Add:
                Accumulate(gradients, y.Inputs[0], dy);
                Accumulate(gradients, y.Inputs[1], dy);
                break;
            case Operation.Subtract:
                Accumulate(gradients, y.Inputs[0], dy);
                Accumulate(gradients, y.Inputs[1], Node.Constant(0) - dy);
                break;
            case Operation.Multiply:
                Accumulate(gradients, y.Inputs[0], dy * y.Inputs[1]);
                Accumulate(gradients, y.Inputs[1], dy * y.Inputs[0]);
                break;
            case Operation.Divide: // y = a / b: da = dy / b, db = -y * dy / b
                Node share = dy / y.Inputs[1];
                Accumulate(gradients, y.Inputs[0], share);
                Accumulate(gradients, y.Inputs[1], Node.Constant(0) - (y * share));
                break;
            case Operation.Min: // of equal ones the second
                Accumulate(gradients, y.Inputs[0], Node.SelectGreater(dy, y.Inputs[1], y.Inputs[0], 0));
                Accumulate(gradients, y.Inputs[1], Node.SelectGreater(0, y.Inputs[1], y.Inputs[0], dy));
                break;
            case Operation.Max:
                Accumulate(gradients, y.Inputs[0], Node.SelectGreater(dy, y.Inputs[0], y.Inputs[1], 0));
                Accumulate(gradients, y.Inputs[1], Node.SelectGreater(0, y.Inputs[0], y.Inputs[1], dy));
                break;
            case Operation.Sigmoid:
                Accumulate(gradients, y.Inputs[0], dy * (y * (Node.Constant(1) - y)));
                break;
            case Operation.Tanh:
                Accumulate(gradients, y.Inputs[0], dy * (Node.Constant(1) - (y * y)));
                break;
            case Operation.Relu:
                Accumulate(gradients, y.Inputs[0], Node.SelectGreater(dy, y, 0, 0));
                break;
            case Operation.Softplus: // not by its output, which is 0 far below 0
                Accumulate(gradients, y.Inputs[0], dy * Node.Sigmoid(y.Inputs[0]));
                break;
            case Operation.Exp:
                Accumulate(gradients, y.Inputs[0], dy * y);
                break;
            case Operation.Log:
                Accumulate(gradients, y.Inputs[0], dy / y.Inputs[0]);
                break;
            case Operation.FlushTiny: // as of the number that it was
                Accumulate(gradients, y.Inputs[0], dy);
                break;
            case Operation.SelectGreater:
                Accumulate(gradients, y.Inputs[0], Node.SelectGreater(dy, y.Inputs[1], y.Inputs[2], 0));
                Accumulate(gradients, y.Inputs[3], Node.SelectGreater(0, y.Inputs[1], y.Inputs[2], dy));
                break;
        }
    }

    private static void Accumulate(Dictionary<Node, Node> gradients, Node node, Node gradient)
    {
        if (node.Operation != Operation.Constant)
        {
            gradients[node] = gradients.TryGetValue(node, out Node? sum) ? sum + gradient : gradient;
        }
    }

    private static string Upper(string name) => name.Length == 1 ? name.ToUpperInvariant() : char.ToUpperInvariant(name[0]) + name.Substring(1);
}
