using FastSeq.Generators.Specs;
using static FastSeq.Generators.Cells.Node;

namespace FastSeq.Generators.Cells;

/// <summary>The plain recurrent cell.</summary>
internal static class Rnn
{
    public static CellEquations Equations(CellSpec spec)
    {
        Node z = Leaf("z"), hPrevious = Leaf("hPrevious"), clipped = Functions.Clip(z, spec.InputClip);

        // Before the activation: its derivative is that of its output, which is h.
        var zoneout = new Zoneout(spec);
        Node h = zoneout.OfH(hPrevious, Functions.Of(spec.Candidate, FlushTiny(clipped, clipped)).Called("h"));
        return new CellEquations(
            $"RNN ({spec.Candidate.Kind.ToString().ToLowerInvariant()})",
            gates: ["h"],
            preActivations: [new PreActivation(z, 0, 0, 0)],
            states: [new CellState("h", hPrevious, h)],
            output: h,
            formula:
            [
                "z   = W_ih·x_t + b_ih + W_hh·h_(t-1) + b_hh",
                .. Functions.ClipLine(spec.InputClip),
                $"h_t = {Functions.Text(spec.Candidate, "z")}",
                .. zoneout.Lines(),
            ])
        {
            Masks = zoneout.Masks,
        };
    }
}
