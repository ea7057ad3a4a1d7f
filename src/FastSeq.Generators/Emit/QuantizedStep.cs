using System.Linq;
using FastSeq.Generators.Cells;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;
using static FastSeq.Generators.Emit.Lane;

namespace FastSeq.Generators.Emit;

/// <summary>The method that advances one live stream of a quantised model by one time step: for each cell its products, then the gates.</summary>
internal sealed class QuantizedStep(EmitPlan plan, SourceWriter writer)
{
    private const string Unsafe = "global::System.Runtime.CompilerServices.Unsafe";
    private const string MemoryMarshal = "global::System.Runtime.InteropServices.MemoryMarshal";

    private readonly QuantizedProducts products = new(plan);
    private readonly LayerPlan[] layers = plan.Layers.Where(ManyPlan.StepsThrough).ToArray();
    private readonly CellPlan[] cells = QuantizedProducts.CellsOf(plan).ToArray();

    public void Write()
    {
        using (StepEmitter.Open(plan, writer))
        {
            WriteBody();
            StepEmitter.WriteReturn(plan, writer);
        }
    }

    private void WriteBody()
    {
        // Scratch memory: the sums of the cell that needs most, with room for registers that read past their end; then the places of the outputs of layers that are no states.
        int between = layers.Where((layer, index) => layer is not RecurrentPlan && index < layers.Length - 1).Select(layer => layer.OutputSize).DefaultIfEmpty(0).Max();
        int firstStart = cells.Max(SumsSize) + plan.VectorLanes;
        var places = RowPlaces.OfStep(plan);
        writer.WriteLines($"""
            ref float s = ref {Unsafe}.As<State, float>(ref state);
            global::System.Span<float> memory = stackalloc float[{firstStart + (places.Count * between)}];
            ref float scratch = ref {MemoryMarshal}.GetReference(memory);
            """);
        if (plan.Layers.Any(layer => layer is ColumnsPlan or LayerNormPlan or PoolingPlan { Kind: PoolingKind.Attention }))
        {
            writer.WriteLine($"ref float p = ref {EmittedMembers.Buffer}.Reference;");
        }

        if (plan.Layers[0] is not EmbeddingPlan table)
        {
            writer.WriteLine($"ref float input = ref {MemoryMarshal}.GetReference(x);");
        }
        else if (TokenTables.NeedsRows(plan))
        {
            writer.WriteLine($"ref float input = ref {At($"{EmittedMembers.Buffer}.Reference", Sum(Times("token", table.Size), table.Offset.ToString()))};");
        }

        string[] rows = new string[plan.Layers.Count];
        rows[0] = "input";
        for (int index = 1; index < rows.Length; index++)
        {
            LayerPlan layer = plan.Layers[index];
            string input = rows[layer.Source];
            if (!ManyPlan.StepsThrough(layer))
            {
                rows[index] = input;
                continue;
            }

            bool isLast = layer == layers[layers.Length - 1];
            string output = layer is RecurrentPlan recurrent
                ? At("s", recurrent.Cell.StateOffset.ToString())
                : isLast ? $"{MemoryMarshal}.GetReference(y)" : At("scratch", (firstStart + (places[index] * between)).ToString());

            if (StepEmitter.CellOf(layer) is not { } cell)
            {
                StepEmitter.WriteRow("float", writer, layer, input, layer is SkipPlan skip ? rows[skip.Earlier] : "", output);
            }
            else if (cell.Recurrent is null && products.TableOf(cell) is int sums)
            {
                output = SumsOfToken(cell, sums);
            }
            else if (cell.Recurrent is null)
            {
                WriteProduct(products.InputOf(cell), input, output);
                if (cell.Activation is ActivationKind activation)
                {
                    writer.WriteLine($"global::FastSeq.Kernels.Activations.{activation}({(isLast ? "y" : $"{MemoryMarshal}.CreateSpan(ref {output}, {cell.Units})")});");
                }
            }
            else
            {
                WriteRecurrent(cell, input);
                if (isLast)
                {
                    writer.WriteLine($"{MemoryMarshal}.CreateSpan(ref {output}, {cell.Units}).CopyTo(y);");
                }
            }

            rows[index] = output;
        }
    }

    private static string At(string reference, string index) => index == "0" ? reference : $"{Unsafe}.Add(ref {reference}, {index})";

    private static int HiddenColumns(CellPlan cell) => cell.HiddenWeights.Max(weight => weight.Gates) * cell.Units;

    private static int SumsSize(CellPlan cell) =>
        cell.Recurrent is null ? 0 : (cell.InputWeight.Gates * cell.Units) + HiddenColumns(cell) + (cell.HiddenWeights.Count > 1 ? cell.Units : 0);

    /// <summary>The sums of the token of the time step.</summary>
    private static string SumsOfToken(CellPlan cell, int table) => At($"{EmittedMembers.TokenSums}[{table}].Reference", Times("token", TokenTables.Columns(cell)));

    private void WriteProduct(int product, string x, string sums)
    {
        writer.WriteLine($"// {products.All[product].Formula}");
        writer.WriteLine($"{EmittedMembers.PackedWeights}[{product}].Multiply(1, in {x}, ref {sums});");
    }

    private void WriteRecurrent(CellPlan cell, string input)
    {
        CellEquations equations = cell.Equations();
        var gates = new QuantizedGates(cell, RunContext.KernelsOf(plan));
        int sumsStart = cell.InputWeight.Gates * cell.Units;
        writer.WriteLine($"// {cell.Title}");
        string inputSums = "scratch";
        if (products.TableOf(cell) is not int table)
        {
            WriteProduct(products.InputOf(cell), input, inputSums);
        }
        else if (gates.OverwritesInputs)
        {
            writer.WriteLine($"// {products.Tables[table].Formula}");
            writer.WriteLine($"{MemoryMarshal}.CreateReadOnlySpan(in {SumsOfToken(cell, table)}, {TokenTables.Columns(cell)}).CopyTo(memory);");
        }
        else
        {
            inputSums = "inputSums" + table;
            writer.WriteLine($"ref float {inputSums} = ref {SumsOfToken(cell, table)}; // {products.Tables[table].Formula}");
        }

        for (int stage = 0; stage < equations.StageCount; stage++)
        {
            WriteProduct(products.HiddenOf(cell, stage), stage == 0 ? State(0) : Place("operand", 0), Place("sums", 0));
            gates.Write(writer, stage, Place);
        }

        string State(int index) => At("s", (cell.StateOffset + (index * cell.Units)).ToString());

        string Place(string buffer, int columns)
        {
            switch (buffer)
            {
                case "tape":
                    return inputSums;
                case "sums":
                    return At("scratch", sumsStart.ToString());
                case "operand":
                    return At("scratch", (sumsStart + HiddenColumns(cell)).ToString());
                default:
                    // All products that read the old state are done before the gates of a stage that overwrites it.
                    return State(equations.States.ToList().FindIndex(state => buffer == state.Name || buffer == state.Name + "Previous"));
            }
        }
    }
}
