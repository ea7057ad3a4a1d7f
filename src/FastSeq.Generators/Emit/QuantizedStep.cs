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

    /// <summary>The numbers of the layers' outputs that are no states.</summary>
    private int Between => layers.Where((layer, index) => layer is not RecurrentPlan && index < layers.Length - 1).Select(layer => layer.OutputSize).DefaultIfEmpty(0).Max();

    /// <summary>Where they begin in scratch memory: behind the sums of the cell that needs most, with room for registers that read past their end.</summary>
    private int FirstStart => cells.Max(SumsSize) + plan.VectorLanes;

    public void Write()
    {
        (string type, string name, string field) = plan.ReadsTokens ? ("int", "token", "Token") : ("global::System.ReadOnlySpan<float>", "x", "X");
        using (StepEmitter.Open(plan, writer))
        {
            int length = FirstStart + (RowPlaces.OfStep(plan).Count * Between);
            writer.WriteLine(
                $"{(plan.Stride > 1 ? "return " : "")}global::FastSeq.Kernels.StackMemory.Lend({length}, new {EmittedMembers.StepCall} {{ Model = this, {field} = {name}, State = ref state, Y = y }});");
        }

        writer.WriteLine();
        writer.WriteLine("// The step with its scratch memory, which is on the stack and not cleared.");
        writer.WriteLine("[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]");
        using (writer.Block($"private bool StepInScratch({type} {name}, ref State state, global::System.Span<float> y, ref float scratch)"))
        {
            WriteBody();
            writer.WriteLine("return true;");
        }

        writer.WriteLines($$"""

            private ref struct {{EmittedMembers.StepCall}} : global::FastSeq.Kernels.IStackMemoryUser
            {
                public {{plan.Model.Hierarchy.Identifier}} Model;
                public {{type}} {{field}};
                public ref State State;
                public global::System.Span<float> Y;

                public readonly bool Run(ref float memory) => Model.StepInScratch({{field}}, ref State, Y, ref memory);
            }
            """);
    }

    private void WriteBody()
    {
        int between = Between, firstStart = FirstStart;
        var places = RowPlaces.OfStep(plan);
        writer.WriteLine($"ref float s = ref {Unsafe}.As<State, float>(ref state);");
        if (products.FillCache)
        {
            writer.WriteLine("bool descending = global::FastSeq.Kernels.StepOrder.Turn(); // from where the last step has read last");
        }

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
        writer.WriteLine($"{EmittedMembers.PackedWeights}[{product}].Multiply(1, in {x}, ref {sums}{(products.FillCache ? ", descending" : "")});");
    }

    /// <summary>A cell's input product and its first recurrent product.</summary>
    private void WriteProducts(CellPlan cell, string x, string inputSums, string h, string sums)
    {
        int input = products.InputOf(cell), hidden = products.HiddenOf(cell, 0);
        if (!products.FillCache)
        {
            WriteProduct(input, x, inputSums);
            WriteProduct(hidden, h, sums);
            return;
        }

        writer.WriteLine($"// {products.All[input].Formula}, {products.All[hidden].Formula}");
        writer.WriteLine(
            $"{QuantizedModel.WeightType(plan)}.MultiplyBoth({EmittedMembers.PackedWeights}[{input}], in {x}, ref {inputSums}, {EmittedMembers.PackedWeights}[{hidden}], in {h}, ref {sums}, descending);");
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
            WriteProducts(cell, input, inputSums, State(0), Place("sums", 0));
        }
        else if (gates.OverwritesInputs)
        {
            writer.WriteLine($"// {products.Tables[table].Formula}");
            writer.WriteLine($"{MemoryMarshal}.CreateReadOnlySpan(in {SumsOfToken(cell, table)}, {TokenTables.Columns(cell)}).CopyTo({MemoryMarshal}.CreateSpan(ref scratch, {TokenTables.Columns(cell)}));");
        }
        else
        {
            inputSums = "inputSums" + table;
            writer.WriteLine($"ref float {inputSums} = ref {SumsOfToken(cell, table)}; // {products.Tables[table].Formula}");
        }

        for (int stage = 0; stage < equations.StageCount; stage++)
        {
            if (stage > 0 || products.TableOf(cell) is not null)
            {
                WriteProduct(products.HiddenOf(cell, stage), stage == 0 ? State(0) : Place("operand", 0), Place("sums", 0));
            }

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
