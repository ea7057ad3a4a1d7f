using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Specs;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>
/// The methods that advance many live streams by one time step: blocks of streams through one layer after another, each layer's weights read once for a block.
/// Where a step reads its weights from the first-level cache anyway, and where scratch memory for two streams would be too much for the stack, a loop over <c>Step</c>.
/// </summary>
internal static class StepManyEmitter
{
    private const string Unsafe = "global::System.Runtime.CompilerServices.Unsafe";
    private const string Kernels = "global::FastSeq.Kernels";
    private const string MemoryMarshal = "global::System.Runtime.InteropServices.MemoryMarshal";

    public static void Write(EmitPlan plan, SourceWriter writer)
    {
        if (plan.Stride > 1)
        {
            StepEmitter.WriteManyRefusals(plan, writer);
            return;
        }

        ManyPlan many = ManyPlan.Of(plan);
        string number = plan.Number, input = plan.ReadsTokens ? "tokens" : "x", inputs = $"global::System.ReadOnlySpan<{(plan.ReadsTokens ? "int" : number)}> {input}";
        string summary = "Advances many streams by one time step each, with the same bits as <see cref=\"Step\"/> gives. Allocates nothing.";
        string inputDoc = plan.ReadsTokens
            ? "<param name=\"tokens\">A token for each stream.</param>"
            : $"<param name=\"x\">The {plan.Layers[0].OutputSize} features of each stream's time step, stream after stream.</param>";
        string outputDoc = $"<param name=\"y\">Overwritten: the {plan.Output.OutputSize} outputs of each stream, in the order of the inputs.</param>";
        string[] checks =
        [
            .. plan.Layers[0] is EmbeddingPlan embedding ? new[] { $"global::FastSeq.StepErrors.CheckTokens(tokens, {embedding.Vocabulary});" } : [],
            .. plan.Columns.Select(StepEmitter.ColumnCheck(plan)),
        ];
        writer.WriteLines($$"""
            /// <summary>{{summary}}</summary>
            /// {{inputDoc}}
            /// <param name="states">The states of the streams: read, then overwritten.</param>
            /// {{outputDoc}}
            /// <exception cref="global::System.ArgumentException">A length is wrong, or a token is not in the vocabulary: nothing was changed.</exception>
            {{ModelEmitter.GeneratedCode}}
            """);
        using (writer.Block($"public void StepMany({inputs}, global::System.Span<State> states, global::System.Span<{number}> y)"))
        {
            writer.WriteLine($"global::FastSeq.StepErrors.CheckMany(states.Length, {input}.Length, {plan.Layers[0].InputSize}, y.Length, {plan.Output.OutputSize});");
            writer.WriteLines(string.Concat(checks.Select(c => c + "\n")));
            writer.WriteLine($"StepStreams({input}, states, default, states.Length, y);");
        }

        writer.WriteLines($$"""

            /// <summary>{{summary}}</summary>
            /// {{inputDoc}}
            /// <param name="states">The states of all streams.</param>
            /// <param name="streams">Which of them to advance, each at most once; the others stay as they are.</param>
            /// {{outputDoc}}
            /// <exception cref="global::System.ArgumentException">A length is wrong, a token is not in the vocabulary, a stream is not there or named twice: nothing was changed.</exception>
            {{ModelEmitter.GeneratedCode}}
            """);
        using (writer.Block($"public void StepMany({inputs}, global::System.Span<State> states, global::System.ReadOnlySpan<int> streams, global::System.Span<{number}> y)"))
        {
            writer.WriteLine($"global::FastSeq.StepErrors.CheckMany(streams.Length, {input}.Length, {plan.Layers[0].InputSize}, y.Length, {plan.Output.OutputSize});");
            writer.WriteLine("global::FastSeq.StepErrors.CheckStreams(streams, states.Length);");
            writer.WriteLines(string.Concat(checks.Select(c => c + "\n")));
            writer.WriteLine($"StepStreams({input}, states, streams, streams.Length, y);");
        }

        writer.WriteLine();
        writer.WriteLine("// Without streams: all states in order.");
        writer.WriteLine("[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]");
        using (writer.Block($"private void StepStreams({inputs}, global::System.Span<State> states, global::System.ReadOnlySpan<int> streams, int count, global::System.Span<{number}> y)"))
        {
            WriteStreams(plan, many, writer, input);
        }

        if (many.BlockSize > 0)
        {
            writer.WriteLine();
            writer.WriteLine("// Streams first to first + rows - 1, layer by layer; scratch memory as the plan has divided it.");
            writer.WriteLine("[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]");
            using (writer.Block($"private void StepBlock({inputs}, ref {number} s, global::System.ReadOnlySpan<int> streams, int first, int rows, ref {number} y, ref {number} scratch)"))
            {
                WriteBlock(plan, many, writer);
            }
        }
    }

    private static void WriteStreams(EmitPlan plan, ManyPlan many, SourceWriter writer, string input)
    {
        if (many.BlockSize > 0)
        {
            using (writer.Block($"if (count >= {many.FewestStreams})"))
            {
                writer.WriteLines($$"""
                    global::System.Span<{{plan.Number}}> memory = stackalloc {{plan.Number}}[{{many.ScratchSize}}];
                    ref {{plan.Number}} scratch = ref {{Kernels}}.StreamStates.Aligned(memory);
                    ref {{plan.Number}} s = ref {{Unsafe}}.As<State, {{plan.Number}}>(ref {{MemoryMarshal}}.GetReference(states));
                    int first = 0;
                    """);
                using (writer.Block($"for (int blocks = (count + {many.BlockSize - 1}) / {many.BlockSize}; blocks > 0; blocks--)"))
                {
                    writer.WriteLines($$"""
                        int rows = (count - first + blocks - 1) / blocks;
                        StepBlock({{input}}, ref s, streams, first, rows, ref {{Unsafe}}.Add(ref {{MemoryMarshal}}.GetReference(y), first * {{plan.Output.OutputSize}}), ref scratch);
                        first += rows;
                        """);
                }

                writer.WriteLine("return;");
            }

            writer.WriteLine();
        }

        using (writer.Block("for (int b = 0; b < count; b++)"))
        {
            string x = plan.ReadsTokens ? "tokens[b]" : $"x.Slice(b * {plan.Layers[0].InputSize}, {plan.Layers[0].InputSize})";
            writer.WriteLine($"Step({x}, ref states[streams.IsEmpty ? b : streams[b]], y.Slice(b * {plan.Output.OutputSize}, {plan.Output.OutputSize}));");
        }
    }

    private static void WriteBlock(EmitPlan plan, ManyPlan many, SourceWriter writer)
    {
        string number = plan.Number;
        writer.WriteLine($"ref {number} p = ref {EmittedMembers.Buffer}.Reference;");
        LayerPlan last = plan.Layers.Last(ManyPlan.StepsThrough);
        string[] rows = new string[plan.Layers.Count];
        rows[0] = $"{Unsafe}.Add(ref {MemoryMarshal}.GetReference(x), first * {plan.Layers[0].OutputSize})";
        for (int index = plan.ReadsTokens ? 0 : 1; index < plan.Layers.Count; index++)
        {
            LayerPlan layer = plan.Layers[index];
            string current = rows[System.Math.Max(0, layer.Source)];
            if (layer is not EmbeddingPlan && !ManyPlan.StepsThrough(layer))
            {
                rows[index] = current;
                continue;
            }

            string output = layer == last ? "y" : many.At(many.Outputs[many.Rows[index]]);
            switch (layer)
            {
                case EmbeddingPlan table:
                    writer.WriteLine(TableRows.Gather(table, "tokens.Slice(first, rows)", "p", output));
                    break;
                case LinearPlan linear:
                    WriteLinear(linear.Cell, writer, number, current, output);
                    break;
                case RecurrentPlan recurrent:
                    WriteRecurrent(plan, recurrent, many, writer, current, output);
                    break;
                case ColumnsPlan columns:
                    writer.WriteLines(string.Join("\n", RowCalls.Columns(columns, "rows", current, output, "p")));
                    break;
                case SkipPlan skip:
                    writer.WriteLine(RowCalls.Merge(skip, "rows", current, rows[skip.Earlier], output));
                    break;
                case PoolingPlan or WindowPlan:
                    WriteStreams(plan, layer, writer, current, output);
                    break;
                default:
                    writer.WriteLine(RowCalls.Rows(layer, number, "rows", current, output, "p"));
                    break;
            }

            rows[index] = output;
        }
    }

    /// <summary>A layer that keeps something of each stream: one stream after the other.</summary>
    private static void WriteStreams(EmitPlan plan, LayerPlan layer, SourceWriter writer, string input, string output)
    {
        using (writer.Block("for (int b = 0; b < rows; b++)"))
        {
            string stream = $"(nint)(streams.IsEmpty ? first + b : streams[first + b]) * {plan.StateSize + plan.StatePadding}";
            writer.WriteLine($"ref {plan.Number} kept = ref {Unsafe}.Add(ref {At("s", RowCalls.StateOffset(layer)!.Value.ToString())}, {stream});");
            string x = $"{Unsafe}.Add(ref {input}, b * {layer.InputSize})", y = $"{Unsafe}.Add(ref {output}, b * {layer.OutputSize})";
            foreach (string statement in RowCalls.Stream(layer, x, "kept", y, "p"))
            {
                writer.WriteLine(statement);
            }
        }
    }

    private static void WriteLinear(CellPlan cell, SourceWriter writer, string number, string input, string output)
    {
        writer.WriteLine($"// {cell.Title}: {cell.Equations().Formula[0]}");
        writer.WriteLine(
            $"{Kernels}.PanelMatrix.Linear(0, rows, {cell.InputSize}, {cell.Units}, {cell.Lanes}, in {input}, in {At("p", cell.InputWeight.Offset.ToString())}, in {At("p", cell.InputBias.Offset.ToString())}, ref {output});");
        if (cell.Activation is ActivationKind activation)
        {
            writer.WriteLine($"{Kernels}.Activations.{activation}<{number}>({MemoryMarshal}.CreateSpan(ref {output}, rows * {cell.Units}));");
        }
    }

    private static void WriteRecurrent(EmitPlan plan, RecurrentPlan layer, ManyPlan many, SourceWriter writer, string input, string output)
    {
        CellPlan cell = layer.Cell;
        var equations = cell.Equations();
        int stride = plan.StateSize + plan.StatePadding, inputGates = equations.Inputs.Count();
        writer.WriteLine($"// {cell.Title}");
        using (writer.Block())
        {
            // The old h stays apart, because the products of later panels still read it; other states are overwritten in place.
            writer.WriteLine($"ref {plan.Number} tape = ref {many.At(many.Tape)};");
            writer.WriteLine($"ref {plan.Number} sums = ref {many.At(many.Sums)};");
            writer.WriteLine($"ref {plan.Number} hNew = ref {output};");
            for (int index = 0; index < equations.States.Count; index++)
            {
                string state = equations.States[index].Name;
                writer.WriteLine($"ref {plan.Number} {state} = ref {many.At(many.States[index])};");
                writer.WriteLine($"{Kernels}.StreamStates.Gather(in {At("s", StateOffset(index))}, {stride}, streams, first, rows, {cell.StateWidth(index)}, ref {state});");
            }

            for (int stage = 1; stage < equations.StageCount; stage++)
            {
                writer.WriteLine($"ref {plan.Number} operand{stage} = ref {many.At(many.Operands[stage - 1])};");
            }

            for (int stage = 0; stage < equations.StageCount; stage++)
            {
                int current = stage;
                Panels.Write(writer, cell, (panel, units) => WritePanel(current, panel, units));
            }

            if (cell.Projection is { } projection)
            {
                writer.WriteLine("// h = W_hr·m");
                WriteLinear(projection, writer, plan.Number, many.At(many.Projected), "hNew");
            }

            for (int index = 0; index < equations.States.Count; index++)
            {
                string rows = index == 0 ? "hNew" : equations.States[index].Name;
                writer.WriteLine($"{Kernels}.StreamStates.Scatter(in {rows}, ref {At("s", StateOffset(index))}, {stride}, streams, first, rows, {cell.StateWidth(index)});");
            }
        }

        string StateOffset(int index) => cell.StateStart(index).ToString();

        void WritePanel(int stage, string? panel, int units)
        {
            // The tape of a cell of one stage is that of a panel; later stages read what earlier ones have kept of all panels.
            int slots = layer.TapeSlots, columns = inputGates * units;
            string tape = equations.StageCount == 1 || panel == "0"
                ? "tape"
                : At("tape", panel is null ? $"{cell.FullPanels * cell.Lanes * slots} * rows" : $"panel * {cell.Lanes * slots} * rows");
            if (stage == 0)
            {
                writer.WriteLine(
                    $"{Kernels}.PanelProduct.Multiply(rows, {cell.InputSize}, in {input}, {cell.InputSize}, in {At("p", Panels.StartOf(cell.InputWeight, panel))}, {columns}, {columns}, in {At("p", Panels.StartOf(cell.InputBias, panel))}, false, ref {tape}, {slots * units});");
            }

            writer.WriteLine(Panels.RecurrentProduct(cell, stage, panel, units, RunContext.KernelsOf(plan), "rows", stage == 0 ? "h" : "operand" + stage));
            var maths = new CellForward(cell, stage, panel is null);
            string unit = Panels.FirstUnit(cell, panel);
            IEnumerable<string> arguments = maths.Buffers.Select(b => "ref " + b.Name switch
            {
                "tape" => tape,
                "sums" => "sums",
                "unitParameters" => At("p", Panels.StartOf(cell.UnitParameters!, panel)),
                "operandRows" => At("operand" + (stage + 1), unit),
                "hRows" => equations.IsProjected ? At(many.At(many.Projected), unit) : At("hNew", unit),
                string name when name.EndsWith("Mask", System.StringComparison.Ordinal) => RowCalls.Null(plan.Number),
                string name => At(name.Substring(0, 1), unit),
            });
            writer.WriteLine($"{RunContext.KernelsOf(plan)}.{maths.Method}({maths.CountOf("rows")}, false, {string.Join(", ", arguments)});");
        }
    }

    private static string At(string reference, string index) => index == "0" ? reference : $"{Unsafe}.Add(ref {reference}, {index})";
}
