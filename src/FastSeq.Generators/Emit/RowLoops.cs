using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Cells;

namespace FastSeq.Generators.Emit;

/// <summary>
/// Divides the pointwise maths of a stage between two loops over the rows where an activation waits for another one, as tanh(c) does for the gates: a processor looks
/// ahead about one row, and within one loop it would wait for both activations one after the other.
/// </summary>
internal sealed class RowLoops
{
    private readonly HashSet<Node> first = [];

    /// <param name="results">What the stage computes for others.</param>
    /// <param name="kept">What it leaves on the tape, each with its slot.</param>
    /// <param name="isGiven">What is loaded, not computed.</param>
    /// <param name="inputs">The sums that the tape holds at first, in the order of its slots.</param>
    /// <param name="hidden">The recurrent sums, in the order of their slots.</param>
    public RowLoops(IReadOnlyList<Node> results, IReadOnlyDictionary<Node, int> kept, Func<Node, bool> isGiven, IReadOnlyList<Node> inputs, IReadOnlyList<Node> hidden)
    {
        Node[] roots = [.. results, .. kept.Keys];
        var depths = new Dictionary<Node, int>();
        foreach (Node node in Node.InOrder(roots, isGiven))
        {
            depths[node] = isGiven(node) ? 0 : node.Inputs.Select(input => depths[input]).DefaultIfEmpty().Max() + (node.IsExpensive ? 1 : 0);
        }

        List<Node> crossing = depths.Keys.Where(node => node.IsExpensive && depths[node] > 1).SelectMany(node => node.Inputs).Where(input => depths[input] == 1).Distinct().ToList();
        HashSet<Node> early = [.. Node.InOrder(crossing, isGiven)], late = [];
        for (int count = -1; count != crossing.Count;)
        {
            // What is costly is not computed twice.
            count = crossing.Count;
            late = [.. Node.InOrder(roots.Where(root => !early.Contains(root) || crossing.Contains(root)), node => isGiven(node) || crossing.Contains(node))];
            crossing.AddRange(late.Where(node => node.IsExpensive && early.Contains(node) && !crossing.Contains(node)));
        }

        // They take the place of recurrent sums, and what is kept that of input sums, which the second loop must not read any more.
        int[] free = Enumerable.Range(0, hidden.Count).Where(slot => !late.Contains(hidden[slot])).ToArray();
        bool isFree = kept.All(pair => !early.Contains(pair.Key) || pair.Value >= inputs.Count || !late.Contains(inputs[pair.Value]));
        if (crossing.Count > 0 && crossing.Count <= free.Length && isFree)
        {
            first = early;
            Crossing = crossing.Select((node, index) => (node, free[index])).ToArray();
        }
    }

    /// <summary>What the first loop leaves for the second, each with its slot among the recurrent sums; nothing where one loop does it all.</summary>
    public IReadOnlyList<(Node Value, int Slot)> Crossing { get; } = [];

    /// <summary>The loops.</summary>
    public int Count => Crossing.Count > 0 ? 2 : 1;

    /// <summary>Whether a loop computes a value for others.</summary>
    public bool Computes(int loop, Node value) => Count == 1 || first.Contains(value) == (loop == 0);
}
