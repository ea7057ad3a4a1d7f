using static FastSeq.Generators.Cells.Node;

namespace FastSeq.Generators.Cells;

/// <summary>The long short-term memory cell (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).</summary>
internal static class Lstm
{
    public static CellEquations Equations()
    {
        Node zi = Leaf("zi"), zf = Leaf("zf"), zg = Leaf("zg"), zo = Leaf("zo");
        Node hPrevious = Leaf("hPrevious"), cPrevious = Leaf("cPrevious");

        Node i = Sigmoid(zi).Called("i"), f = Sigmoid(zf).Called("f"), g = Tanh(zg).Called("g"), o = Sigmoid(zo).Called("o");
        Node c = ((f * cPrevious) + (i * g)).Called("c");

        // Statements stand in the order of the operands: o is needed last, so its division must not come before those that c waits for.
        Node h = FlushTiny(Tanh(c).Called("tanhC") * o, c).Called("h");

        return new CellEquations(
            "LSTM",
            gates: ["i", "f", "g", "o"],
            preActivations: [new(zi, 0, 0, 0), new(zf, 1, 1, 0), new(zg, 2, 2, 0), new(zo, 3, 3, 0)],
            states: [new CellState("h", hPrevious, h), new CellState("c", cPrevious, FlushTiny(c, c).Called("cKept"))],
            output: h,
            formula:
            [
                "z   = W_ih·x_t + b_ih + W_hh·h_(t-1) + b_hh      z = i | f | g | o",
                "c_t = σ(f)*c_(t-1) + σ(i)*tanh(g)",
                "h_t = σ(o)*tanh(c_t)",
            ]);
    }
}
