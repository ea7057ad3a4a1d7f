using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Specs;

namespace FastSeq.Generators.Emit;

/// <summary>One product of a quantised model: a weight of the flat buffer that is packed when the model is made.</summary>
/// <param name="Weight">Where the weight lies in the flat buffer.</param>
/// <param name="Bias">Where its bias lies.</param>
/// <param name="Formula">What it computes, for the reader of the text.</param>
internal sealed record QuantizedProduct(Region Weight, Region Bias, string Formula)
{
    /// <summary>The sums of a row.</summary>
    public int Columns => Weight.Gates * Weight.Units;

    /// <summary>What a table holds of the sums; null for the sums themselves.</summary>
    public ActivationKind? Activation { get; init; }

    /// <summary>The expression that packs the weight.</summary>
    public string Pack(string type) =>
        $"new {type}(parameters, weight: {Weight.Offset}, bias: {Bias.Offset}, inner: {Weight.Inner}, gates: {Weight.Gates}, units: {Weight.Units}, lanes: {Weight.Lanes})";
}

/// <summary>
/// The products of a quantised model in the order of its cells, each cell's input product first, then that of each stage; input products whose sums are looked up by token stand apart.
/// </summary>
internal sealed class QuantizedProducts
{
    /// <summary>A quarter of a second-level cache of 1 MiB: others have half of that, and it holds more than the weights.</summary>
    private const long LargeBytes = 256 << 10;

    private readonly int bytes;
    private readonly Dictionary<string, int> inputOf = new(), hiddenOf = new(), tableOf = new();

    public QuantizedProducts(EmitPlan plan)
    {
        List<QuantizedProduct> all = [], tables = [];
        IReadOnlyList<CellPlan> tabled = TokenTables.Of(plan);
        foreach (CellPlan cell in CellsOf(plan))
        {
            CellEquations equations = cell.Equations();
            bool isTabled = tabled.Contains(cell);
            List<QuantizedProduct> inputs = isTabled ? tables : all;
            (isTabled ? tableOf : inputOf).Add(cell.Identifier, inputs.Count);
            inputs.Add(new QuantizedProduct(cell.InputWeight, cell.InputBias, cell.Recurrent is null ? "b + W·x" : "b_ih + W_ih·x") { Activation = cell.Recurrent is null ? cell.Activation : null });
            hiddenOf.Add(cell.Identifier, all.Count);
            all.AddRange(cell.HiddenWeights.Select((weight, stage) => new QuantizedProduct(
                weight, cell.HiddenBiases[stage], $"b_hh + W_hh·{(stage == 0 ? "h" : equations.LaterOperands[stage - 1].Name)}")));
        }

        All = all;
        Tables = tables;
        bytes = plan.Model.Weights == WeightFormat.BFloat16 ? 2 : 1;
    }

    /// <summary>Whether the weights of a step fill the second-level cache, or enough of it that they drive each other out: then steps go through them in alternating order.</summary>
    public bool FillCache => All.Sum(Bytes) > LargeBytes;

    /// <summary>Whether the weight of a cell's recurrent product does.</summary>
    public bool FillsCache(CellPlan cell, int stage) => Bytes(All[HiddenOf(cell, stage)]) > LargeBytes;

    /// <summary>Those that a step or a run computes.</summary>
    public IReadOnlyList<QuantizedProduct> All { get; }

    /// <summary>Those that are computed for each token when the model is made.</summary>
    public IReadOnlyList<QuantizedProduct> Tables { get; }

    /// <summary>The cells of a model, linear layers among them.</summary>
    public static IEnumerable<CellPlan> CellsOf(EmitPlan plan) => plan.Layers
        .Select(layer => layer switch { RecurrentPlan recurrent => recurrent.Cell, LinearPlan linear => linear.Cell, _ => null })
        .OfType<CellPlan>();

    /// <summary>The place of a cell's input product among all.</summary>
    public int InputOf(CellPlan cell) => inputOf[cell.Identifier];

    /// <summary>The table of a cell's input sums; null where they are computed.</summary>
    public int? TableOf(CellPlan cell) => tableOf.TryGetValue(cell.Identifier, out int table) ? table : null;

    /// <summary>The place of the product of a cell's stage.</summary>
    public int HiddenOf(CellPlan cell, int stage) => hiddenOf[cell.Identifier] + stage;

    private long Bytes(QuantizedProduct product) => (long)product.Columns * product.Weight.Inner * bytes;
}
