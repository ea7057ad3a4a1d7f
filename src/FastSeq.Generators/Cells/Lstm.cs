using System.Collections.Generic;
using FastSeq.Generators.Specs;
using static FastSeq.Generators.Cells.Node;

namespace FastSeq.Generators.Cells;

/// <summary>
/// The long short-term memory cell (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000), with the options of its variants.
/// </summary>
internal static class Lstm
{
    public static CellEquations Equations(CellSpec spec)
    {
        Node zi = Leaf("zi"), zf = Leaf("zf"), zg = Leaf("zg"), zo = Leaf("zo");
        Node hPrevious = Leaf("hPrevious"), cPrevious = Leaf("cPrevious");

        // A peephole sees the previous c, that of o the new one (Gers and Schmidhuber 2000).
        Node pi = Leaf("pi"), pf = Leaf("pf"), po = Leaf("po");
        Node i = Gate(spec.HasPeepholes ? zi + (pi * cPrevious) : zi).Called("i");
        Node? f = spec.IsCoupled ? null : Gate(spec.HasPeepholes ? zf + (pf * cPrevious) : zf).Called("f");
        Node g = Functions.Of(spec.Candidate, Functions.Clip(zg, spec.InputClip)).Called("g");
        Node mixed = f is null ? cPrevious + (i * (g - cPrevious)) : (f * cPrevious) + (i * g);
        Node c = Functions.Clip(mixed, spec.CellClip).Called("c");
        Node o = Gate(spec.HasPeepholes ? zo + (po * c) : zo).Called("o");

        // Statements stand in the order of the operands: o is needed last, so its division must not come before those that c waits for.
        bool isTanh = spec.Output.Kind == CellActivation.Tanh;
        Node product = Functions.Of(spec.Output, c).Called(isTanh ? "tanhC" : "hOfC") * o;

        // Not every function is as small as c where c is small.
        var zoneout = new Zoneout(spec);
        Node h = zoneout.OfH(hPrevious, FlushTiny(product, isTanh ? c : product).Called("h")), cNext = zoneout.OfC(cPrevious, c);

        return new CellEquations(
            Name(spec),
            gates: f is null ? ["i", "g", "o"] : ["i", "f", "g", "o"],
            preActivations: f is null
                ? [new(zi, 0, 0, 0), new(zg, 1, 1, 0), new(zo, 2, 2, 0)]
                : [new(zi, 0, 0, 0), new(zf, 1, 1, 0), new(zg, 2, 2, 0), new(zo, 3, 3, 0)],
            states: [new CellState("h", hPrevious, h), new CellState("c", cPrevious, cNext)],
            output: h,
            formula: [.. Formula(spec), .. zoneout.Lines()],
            unitParameters: !spec.HasPeepholes ? [] : f is null
                ? [new(pi, "weight_ci"), new(po, "weight_co")]
                : [new(pi, "weight_ci"), new(pf, "weight_cf"), new(po, "weight_co")])
        {
            IsProjected = spec.IsProjected,
            Masks = zoneout.Masks,
        };

        Node Gate(Node z) => Functions.Of(spec.Gate, Functions.Clip(z, spec.InputClip));
    }

    private static string Name(CellSpec spec)
    {
        string[] options =
        [
            .. spec.IsCoupled ? ["coupled gates"] : System.Array.Empty<string>(),
            .. spec.HasPeepholes ? ["peepholes"] : System.Array.Empty<string>(),
            .. spec.IsProjected ? ["projected"] : System.Array.Empty<string>(),
        ];
        return options.Length == 0 ? "LSTM" : $"LSTM ({string.Join(", ", options)})";
    }

    private static IReadOnlyList<string> Formula(CellSpec spec)
    {
        string i = Functions.Text(spec.Gate, "i"), g = Functions.Text(spec.Candidate, "g"), o = Functions.Text(spec.Gate, "o");
        string c = spec.IsCoupled ? $"(1 - {i})*c_(t-1) + {i}*{g}" : $"{Functions.Text(spec.Gate, "f")}*c_(t-1) + {i}*{g}";
        return
        [
            $"z   = W_ih·x_t + b_ih + W_hh·h_(t-1) + b_hh      z = {(spec.IsCoupled ? "i | g | o" : "i | f | g | o")}",
            .. spec.HasPeepholes ? [$"z_i += p_i*c_(t-1)     {(spec.IsCoupled ? "" : "z_f += p_f*c_(t-1)     ")}z_o += p_o*c_t"] : System.Array.Empty<string>(),
            .. Functions.ClipLine(spec.InputClip),
            $"c_t = {c}" + (spec.CellClip is { } clip ? $", held between -{Functions.Number(clip)} and {Functions.Number(clip)}" : ""),
            (spec.IsProjected ? "m_t = " : "h_t = ") + $"{o}*{Functions.Text(spec.Output, "c_t")}",
            .. spec.IsProjected ? ["h_t = W_hr·m_t"] : System.Array.Empty<string>(),
        ];
    }
}
