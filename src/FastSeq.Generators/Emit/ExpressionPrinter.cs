using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>
/// Prints a cell's equations, a statement for each named value and for each one that is read more than once.
/// Values that are given (loaded, or in a register) are printed where they are first read.
/// </summary>
/// <param name="writer">The writer.</param>
/// <param name="dialect">The language, and in C# the register width.</param>
internal sealed class ExpressionPrinter(SourceWriter writer, Dialect dialect)
{
    /// <summary>The name of the functions whose constants were loaded before a loop.</summary>
    public const string LoopMath = "math";

    private readonly Dictionary<Node, string> names = new();
    private readonly Dictionary<Node, string> given = new();
    private readonly HashSet<string> taken = new();
    private int temporaries;

    /// <summary>Names a value that is not computed here, and the expression that gives it.</summary>
    public void Give(Node value, string expression) => given[value] = expression;

    /// <summary>Writes the statements that compute <paramref name="roots"/>.</summary>
    public void Write(IReadOnlyList<Node> roots)
    {
        List<Node> order = Node.InOrder(roots, IsKnown);
        Dictionary<Node, int> uses = CountUses(order, roots);
        foreach (Node node in order.Where(n => !names.ContainsKey(n)))
        {
            if (given.TryGetValue(node, out string? expression))
            {
                Declare(node, expression);
            }
            else if (node.Operation != Operation.Constant && (node.Name is not null || uses[node] > 1 || roots.Contains(node)))
            {
                Declare(node, Expression(node));
            }
        }
    }

    /// <summary>The name of a value that <see cref="Write"/> computed; a literal for a constant.</summary>
    public string NameOf(Node value) => value.Operation == Operation.Constant ? dialect.Constant(value.ConstantValue) : names[value];

    private bool IsKnown(Node node) => names.ContainsKey(node) || given.ContainsKey(node);

    private Dictionary<Node, int> CountUses(List<Node> order, IReadOnlyList<Node> roots)
    {
        var uses = order.ToDictionary(n => n, _ => 0);
        foreach (Node input in order.Where(n => !IsKnown(n)).SelectMany(n => n.Inputs))
        {
            uses[input]++;
        }

        foreach (Node root in roots)
        {
            uses[root]++;
        }

        return uses;
    }

    private void Declare(Node node, string expression)
    {
        string name = node.Name ?? "t" + ++temporaries;
        for (int number = 2; !taken.Add(name); number++)
        {
            name = (node.Name ?? "t" + temporaries) + number;
        }

        names[node] = name;
        writer.WriteLine(dialect.Declare(name, expression));
    }

    private string Operand(Node node)
    {
        if (names.TryGetValue(node, out string? name))
        {
            return name;
        }

        string text = Expression(node);
        bool isCall = node.Operation == Operation.Add && node.Inputs.Any(IsInlineProduct);
        return node.Operation is Operation.Add or Operation.Subtract or Operation.Multiply or Operation.Divide && !isCall ? $"({text})" : text;
    }

    private string Expression(Node node)
    {
        IReadOnlyList<Node> x = node.Inputs;
        switch (node.Operation)
        {
            case Operation.Constant:
                return dialect.Constant(node.ConstantValue);
            // Of two products the second is fused: its factors are ready last.
            case Operation.Add when IsInlineProduct(x[1]):
                return dialect.MultiplyAdd(Operand(x[1].Inputs[0]), Operand(x[1].Inputs[1]), Argument(x[0]));
            case Operation.Add when IsInlineProduct(x[0]):
                return dialect.MultiplyAdd(Operand(x[0].Inputs[0]), Operand(x[0].Inputs[1]), Argument(x[1]));
            case Operation.Add:
                return $"{Operand(x[0])} + {Operand(x[1])}";
            case Operation.Subtract when x[0].IsConstant(0):
                return $"-{Operand(x[1])}";
            case Operation.Subtract:
                return $"{Operand(x[0])} - {Operand(x[1])}";
            case Operation.Multiply:
                return $"{Operand(x[0])} * {Operand(x[1])}";
            case Operation.Divide:
                return $"{Operand(x[0])} / {Operand(x[1])}";
            case Operation.Min:
            case Operation.Max:
                return dialect.Extremum(node.Operation, Argument(x[0]), Argument(x[1]));
            case Operation.FlushTiny:
                return dialect.FlushTiny(Argument(x[0]), Argument(x[1]));
            case Operation.SelectGreater:
                return dialect.SelectGreater(Both(x[0]), Both(x[1]), Both(x[2]), Both(x[3]));
            default:
                return dialect.Call(node.Operation, Argument(x[0]));
        }
    }

    private (string Operand, string Argument) Both(Node node) => (Operand(node), Argument(node));

    private string Argument(Node node) => names.TryGetValue(node, out string? name) ? name : Expression(node);

    private bool IsInlineProduct(Node node) => node.Operation == Operation.Multiply && !names.ContainsKey(node);
}
