using static FastSeq.Generators.Cells.Node;

namespace FastSeq.Generators.Cells;

/// <summary>A linear layer with an optional activation: a cell that carries nothing.</summary>
internal static class Linear
{
    public static CellEquations Equations(Operation? activation)
    {
        Node z = Leaf("z");
        Node y = activation switch
        {
            Operation.Relu => Relu(z).Called("y"),
            Operation.Tanh => Tanh(z).Called("y"),
            Operation.Sigmoid => Sigmoid(z).Called("y"),
            _ => z,
        };
        string formula = activation switch
        {
            Operation.Relu => "y = max(0, W·x + b)",
            Operation.Tanh => "y = tanh(W·x + b)",
            Operation.Sigmoid => "y = σ(W·x + b)",
            _ => "y = W·x + b",
        };
        return new CellEquations("linear layer", gates: ["y"], preActivations: [new(z, 0, -1, 0)], states: [], output: y, formula: [formula]);
    }
}
