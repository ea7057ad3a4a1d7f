using System;
using System.Collections.Generic;

namespace FastSeq.Generators.Cells;

/// <summary>The operations that a cell's equations are written in.</summary>
internal enum Operation
{
    /// <summary>A value that is given: a pre-activation, a previous state, a gradient.</summary>
    Leaf,
    Constant,
    Add,
    Subtract,
    Multiply,
    Divide,
    Min,
    Max,
    Sigmoid,
    Tanh,
    Relu,
    Softplus,
    Exp,
    Log,

    /// <summary>inputs[0], but 0 where inputs[1] is so small that it is on its way to denormal numbers.</summary>
    FlushTiny,

    /// <summary>inputs[0] where inputs[1] &gt; inputs[2], otherwise inputs[3].</summary>
    SelectGreater,
}

/// <summary>One pointwise operation of a cell's equations: a node of an expression graph that is shared, never copied.</summary>
internal sealed class Node
{
    private Node(Operation operation, string? name, double constant, params Node[] inputs)
    {
        Operation = operation;
        Name = name;
        ConstantValue = constant;
        Inputs = inputs;
    }

    public Operation Operation { get; }

    /// <summary>The name that the value has in the emitted text; null where it may stand inside a larger expression.</summary>
    public string? Name { get; private set; }

    public double ConstantValue { get; }

    public IReadOnlyList<Node> Inputs { get; }

    /// <summary>Whether the value costs more to compute again than to keep.</summary>
    public bool IsExpensive => Operation is Operation.Sigmoid or Operation.Tanh or Operation.Softplus or Operation.Exp or Operation.Log or Operation.Divide;

    public static Node Leaf(string name) => new(Operation.Leaf, name, 0);

    public static Node Constant(double value) => new(Operation.Constant, null, value);

    public static Node Sigmoid(Node x) => new(Operation.Sigmoid, null, 0, x);

    public static Node Tanh(Node x) => new(Operation.Tanh, null, 0, x);

    public static Node Relu(Node x) => new(Operation.Relu, null, 0, x);

    public static Node Softplus(Node x) => new(Operation.Softplus, null, 0, x);

    public static Node Exp(Node x) => new(Operation.Exp, null, 0, x);

    public static Node Log(Node x) => new(Operation.Log, null, 0, x);

    public static Node FlushTiny(Node x, Node size) => new(Operation.FlushTiny, null, 0, x, size);

    public static Node Min(Node x, Node y) => new(Operation.Min, null, 0, x, y);

    public static Node Max(Node x, Node y) => new(Operation.Max, null, 0, x, y);

    public static Node SelectGreater(Node whenGreater, Node x, Node y, Node otherwise) =>
        new(Operation.SelectGreater, null, 0, whenGreater, x, y, otherwise);

    public static Node operator +(Node x, Node y) =>
        x.IsConstant(0) ? y : y.IsConstant(0) ? x : new(Operation.Add, null, 0, x, y);

    public static Node operator -(Node x, Node y) => y.IsConstant(0) ? x : new(Operation.Subtract, null, 0, x, y);

    public static Node operator *(Node x, Node y) =>
        x.IsConstant(1) ? y : y.IsConstant(1) ? x : x.IsConstant(0) ? x : y.IsConstant(0) ? y : new(Operation.Multiply, null, 0, x, y);

    public static Node operator /(Node x, Node y) => new(Operation.Divide, null, 0, x, y);

    public static implicit operator Node(double value) => Constant(value);

    public Node Called(string name)
    {
        Name = name;
        return this;
    }

    public bool IsConstant(double value) => Operation == Operation.Constant && ConstantValue == value;

    /// <summary>The nodes below and including <paramref name="roots"/>, inputs before what uses them; does not look below a node of <paramref name="given"/>.</summary>
    public static List<Node> InOrder(IEnumerable<Node> roots, Func<Node, bool>? given = null)
    {
        var order = new List<Node>();
        var seen = new HashSet<Node>();
        foreach (Node root in roots)
        {
            Visit(root);
        }

        return order;

        void Visit(Node node)
        {
            if (!seen.Add(node))
            {
                return;
            }

            if (given is null || !given(node))
            {
                foreach (Node input in node.Inputs)
                {
                    Visit(input);
                }
            }

            order.Add(node);
        }
    }
}
