using System.Collections.Generic;
using FastSeq.Generators.Specs;
using static FastSeq.Generators.Cells.Node;

namespace FastSeq.Generators.Cells;

/// <summary>Zoneout (Krueger et al. 2016): a unit of a state keeps its previous value with a probability.</summary>
internal sealed class Zoneout(CellSpec spec)
{
    private readonly List<CellMask> masks = [];

    /// <summary>What the cell draws, h first.</summary>
    public IReadOnlyList<CellMask> Masks => masks;

    /// <summary>h' = k·h_(t-1) + (1 - k)·h; with k = 0 or 1 it has the bits of one of them.</summary>
    public Node OfH(Node previous, Node next) => spec.Zoneout > 0 ? Mix("h", "h", spec.Zoneout, previous, next.Called("hNew")) : next;

    /// <summary>The c that is carried on; h is made of the one that was not mixed.</summary>
    public Node OfC(Node previous, Node next) =>
        spec.CellZoneout > 0 ? Mix("c", "cKept", spec.CellZoneout, previous, next) : FlushTiny(next, next).Called("cKept");

    /// <summary>The lines of the formula that say so.</summary>
    public IEnumerable<string> Lines()
    {
        foreach (CellMask mask in masks)
        {
            string state = mask.Name.Substring(0, 1), p = Functions.Number(mask.Expectation);
            yield return $"{state}_t is {state}_(t-1) with probability {p} while training, else {p}*{state}_(t-1) + (1 - {p})*{state}_t";
        }
    }

    private Node Mix(string state, string name, float probability, Node previous, Node next)
    {
        Node keeps = Leaf(state + "Keeps");
        masks.Add(new CellMask(keeps, state + "Mask", probability));
        Node mixed = (keeps * previous) + ((1 - keeps) * next);
        return FlushTiny(mixed, mixed).Called(name);
    }
}
