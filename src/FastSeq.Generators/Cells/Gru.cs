using static FastSeq.Generators.Cells.Node;

namespace FastSeq.Generators.Cells;

/// <summary>The gated recurrent unit in its two published forms, with PyTorch's sense of z (1 keeps the old state).</summary>
internal static class Gru
{
    /// <summary>Reset after the product: one stage; the candidate's input part and recurrent part stay apart, because r multiplies only the latter.</summary>
    public static CellEquations ResetAfterProduct()
    {
        Node zn = Leaf("zn"), zr = Leaf("zr"), zz = Leaf("zz"), un = Leaf("un"), hPrevious = Leaf("hPrevious");

        Node r = Sigmoid(zr).Called("r"), z = Sigmoid(zz).Called("z");
        Node n = Tanh(zn + (r * un)).Called("n");
        Node mixed = n + (z * (hPrevious - n)), h = FlushTiny(mixed, mixed).Called("h");

        return new CellEquations(
            "GRU",
            gates: ["r", "z", "n"],
            preActivations: [new(zn, 2, -1, 0), new(zr, 0, 0, 0), new(zz, 1, 1, 0), new(un, -1, 2, 0)],
            states: [new CellState("h", hPrevious, h)],
            output: h,
            formula:
            [
                "r   = σ(W_ir·x_t + b_ir + W_hr·h_(t-1) + b_hr)",
                "z   = σ(W_iz·x_t + b_iz + W_hz·h_(t-1) + b_hz)",
                "n   = tanh(W_in·x_t + b_in + r*(W_hn·h_(t-1) + b_hn))",
                "h_t = (1-z)*n + z*h_(t-1), computed as n + z*(h_(t-1) - n)",
            ]);
    }

    /// <summary>Reset before the product: two stages, because the candidate's product needs every r*h.</summary>
    public static CellEquations ResetBeforeProduct()
    {
        Node zr = Leaf("zr"), zz = Leaf("zz"), zn = Leaf("zn"), hPrevious = Leaf("hPrevious");

        Node r = Sigmoid(zr).Called("r"), z = Sigmoid(zz).Called("z");
        Node rh = (r * hPrevious).Called("rh");
        Node n = Tanh(zn).Called("n");
        Node mixed = n + (z * (hPrevious - n)), h = FlushTiny(mixed, mixed).Called("h");

        return new CellEquations(
            "GRU (reset before the product)",
            gates: ["r", "z", "n"],
            preActivations: [new(zr, 0, 0, 0), new(zz, 1, 1, 0), new(zn, 2, 2, 1)],
            states: [new CellState("h", hPrevious, h)],
            output: h,
            formula:
            [
                "r   = σ(W_ir·x_t + b_ir + W_hr·h_(t-1) + b_hr)",
                "z   = σ(W_iz·x_t + b_iz + W_hz·h_(t-1) + b_hz)",
                "n   = tanh(W_in·x_t + b_in + W_hn·(r*h_(t-1)) + b_hn)",
                "h_t = (1-z)*n + z*h_(t-1), computed as n + z*(h_(t-1) - n)",
            ],
            laterOperands: [rh]);
    }
}
