using FastSeq.Generators.Specs;
using static FastSeq.Generators.Cells.Node;

namespace FastSeq.Generators.Cells;

/// <summary>The gated recurrent unit in its two published forms, with PyTorch's sense of z (1 keeps the old state).</summary>
internal static class Gru
{
    /// <summary>Reset after the product: one stage; the candidate's input part and recurrent part stay apart, because r multiplies only the latter.</summary>
    public static CellEquations ResetAfterProduct(CellSpec spec)
    {
        Node zn = Leaf("zn"), zr = Leaf("zr"), zz = Leaf("zz"), un = Leaf("un"), hPrevious = Leaf("hPrevious");

        Node r = Gate(spec, zr).Called("r"), z = Gate(spec, zz).Called("z");
        Node n = Candidate(spec, zn + (r * un)).Called("n");
        var zoneout = new Zoneout(spec);
        Node mixed = n + (z * (hPrevious - n)), h = zoneout.OfH(hPrevious, FlushTiny(mixed, mixed).Called("h"));

        return new CellEquations(
            "GRU",
            gates: ["r", "z", "n"],
            preActivations: [new(zn, 2, -1, 0), new(zr, 0, 0, 0), new(zz, 1, 1, 0), new(un, -1, 2, 0)],
            states: [new CellState("h", hPrevious, h)],
            output: h,
            formula: [.. Formula(spec, "r*(W_hn·h_(t-1) + b_hn)"), .. zoneout.Lines()])
        {
            Masks = zoneout.Masks,
        };
    }

    /// <summary>Reset before the product: two stages, because the candidate's product needs every r*h.</summary>
    public static CellEquations ResetBeforeProduct(CellSpec spec)
    {
        Node zr = Leaf("zr"), zz = Leaf("zz"), zn = Leaf("zn"), hPrevious = Leaf("hPrevious");

        Node r = Gate(spec, zr).Called("r"), z = Gate(spec, zz).Called("z");
        Node rh = (r * hPrevious).Called("rh");
        Node n = Candidate(spec, zn).Called("n");
        var zoneout = new Zoneout(spec);
        Node mixed = n + (z * (hPrevious - n)), h = zoneout.OfH(hPrevious, FlushTiny(mixed, mixed).Called("h"));

        return new CellEquations(
            "GRU (reset before the product)",
            gates: ["r", "z", "n"],
            preActivations: [new(zr, 0, 0, 0), new(zz, 1, 1, 0), new(zn, 2, 2, 1)],
            states: [new CellState("h", hPrevious, h)],
            output: h,
            formula: [.. Formula(spec, "W_hn·(r*h_(t-1)) + b_hn"), .. zoneout.Lines()],
            laterOperands: [rh])
        {
            Masks = zoneout.Masks,
        };
    }

    private static Node Gate(CellSpec spec, Node sum) => Functions.Of(spec.Gate, Functions.Clip(sum, spec.InputClip));

    private static Node Candidate(CellSpec spec, Node sum) => Functions.Of(spec.Candidate, Functions.Clip(sum, spec.InputClip));

    private static string[] Formula(CellSpec spec, string recurrent) =>
    [
        "r   = " + Functions.Text(spec.Gate, "W_ir·x_t + b_ir + W_hr·h_(t-1) + b_hr"),
        "z   = " + Functions.Text(spec.Gate, "W_iz·x_t + b_iz + W_hz·h_(t-1) + b_hz"),
        "n   = " + Functions.Text(spec.Candidate, "W_in·x_t + b_in + " + recurrent),
        .. Functions.ClipLine(spec.InputClip),
        "h_t = (1-z)*n + z*h_(t-1), computed as n + z*(h_(t-1) - n)",
    ];
}
