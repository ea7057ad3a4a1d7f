using static FastSeq.Generators.Cells.Node;

namespace FastSeq.Generators.Cells;

/// <summary>The plain recurrent cell.</summary>
internal static class Rnn
{
    public static CellEquations Equations(bool relu)
    {
        Node z = Leaf("z"), hPrevious = Leaf("hPrevious");

        // Before the activation: its derivative is that of its output, which is h.
        Node kept = FlushTiny(z, z);
        Node h = (relu ? Relu(kept) : Tanh(kept)).Called("h");
        return new CellEquations(
            relu ? "RNN (relu)" : "RNN (tanh)",
            gates: ["h"],
            preActivations: [new PreActivation(z, 0, 0, 0)],
            states: [new CellState("h", hPrevious, h)],
            output: h,
            formula: ["z   = W_ih·x_t + b_ih + W_hh·h_(t-1) + b_hh", relu ? "h_t = max(0, z)" : "h_t = tanh(z)"]);
    }
}
