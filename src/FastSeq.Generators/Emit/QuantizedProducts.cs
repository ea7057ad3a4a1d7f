using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Plan;

namespace FastSeq.Generators.Emit;

/// <summary>One product of a quantised model: a weight of the flat buffer that is packed when the model is made.</summary>
/// <param name="Weight">Where the weight lies in the flat buffer.</param>
/// <param name="Bias">Where its bias lies.</param>
/// <param name="Formula">What it computes, for the reader of the text.</param>
internal sealed record QuantizedProduct(Region Weight, Region Bias, string Formula)
{
    /// <summary>The sums of a row.</summary>
    public int Columns => Weight.Gates * Weight.Units;
}

/// <summary>The products of a quantised model in the order of its cells, each cell's input product first, then that of each stage.</summary>
internal sealed class QuantizedProducts
{
    private readonly Dictionary<string, int> firstOf = new();

    public QuantizedProducts(EmitPlan plan)
    {
        var all = new List<QuantizedProduct>();
        foreach (CellPlan cell in CellsOf(plan))
        {
            CellEquations equations = cell.Equations();
            firstOf.Add(cell.Identifier, all.Count);
            all.Add(new QuantizedProduct(cell.InputWeight, cell.InputBias, cell.Recurrent is null ? "b + W·x" : "b_ih + W_ih·x"));
            all.AddRange(cell.HiddenWeights.Select((weight, stage) => new QuantizedProduct(
                weight, cell.HiddenBiases[stage], $"b_hh + W_hh·{(stage == 0 ? "h" : equations.LaterOperands[stage - 1].Name)}")));
        }

        All = all;
    }

    public IReadOnlyList<QuantizedProduct> All { get; }

    /// <summary>The cells of a model, linear layers among them.</summary>
    public static IEnumerable<CellPlan> CellsOf(EmitPlan plan) => plan.Layers
        .Select(layer => layer switch { RecurrentPlan recurrent => recurrent.Cell, LinearPlan linear => linear.Cell, _ => null })
        .OfType<CellPlan>();

    /// <summary>The place of a cell's input product among all.</summary>
    public int InputOf(CellPlan cell) => firstOf[cell.Identifier];

    /// <summary>The place of the product of a cell's stage.</summary>
    public int HiddenOf(CellPlan cell, int stage) => firstOf[cell.Identifier] + 1 + stage;
}
