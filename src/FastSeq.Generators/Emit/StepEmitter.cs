using System;
using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;
using Microsoft.CodeAnalysis.CSharp;
using static FastSeq.Generators.Emit.Lane;

namespace FastSeq.Generators.Emit;

/// <summary>The method that advances one live stream by one time step through all layers.</summary>
internal static class StepEmitter
{
    private const string Unsafe = "global::System.Runtime.CompilerServices.Unsafe";

    public static void Write(EmitPlan plan, SourceWriter writer)
    {
        using (Open(plan, writer))
        {
            writer.WriteLine($"ref {plan.Number} p = ref {EmittedMembers.Buffer}.Reference;");
            writer.WriteLine($"ref {plan.Number} s = ref {Unsafe}.As<State, {plan.Number}>(ref state);");
            WriteLayers(plan, writer);
            WriteReturn(plan, writer);
        }
    }

    /// <summary>The end of a step that has an output, where not all have.</summary>
    public static void WriteReturn(EmitPlan plan, SourceWriter writer)
    {
        if (plan.Stride > 1)
        {
            writer.WriteLine("return true;");
        }
    }

    /// <summary>In place of <c>Step</c> and <c>StepMany</c>: methods whose use is a compile-time error that names the layer which needs whole sequences.</summary>
    public static void WriteRefusals(EmitPlan plan, string reason, SourceWriter writer) => WriteRefusals(plan, "cannot stream: " + reason, hasStep: false, writer);

    /// <summary>In place of <c>StepMany</c>, where streams have outputs at different time steps.</summary>
    public static void WriteManyRefusals(EmitPlan plan, SourceWriter writer) => WriteRefusals(
        plan,
        $"cannot step many streams at once: {plan.TimeChanges.First(convolution => convolution.Stride > 1).Declaration} gives outputs at some time steps only, which need not be the same ones in all streams. Call Step for each stream.",
        hasStep: true, writer);

    private static void WriteRefusals(EmitPlan plan, string reason, bool hasStep, SourceWriter writer)
    {
        string number = plan.Number, input = plan.ReadsTokens ? "int" : number;
        string message = SymbolDisplay.FormatLiteral(
            $"'{plan.Model.Name}' {reason}", quote: true);
        string refusal =
            $"[global::System.Obsolete({message}, error: true, DiagnosticId = \"FSQ101\")]\n" +
            "[global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]";
        string one = plan.ReadsTokens ? "int token" : $"global::System.ReadOnlySpan<{number}> x";
        (string Name, string Parameters)[] methods =
        [
            ("Step", $"{one}, ref State state, global::System.Span<{number}> y"),
            ("StepMany", $"global::System.ReadOnlySpan<{input}> x, global::System.Span<State> states, global::System.Span<{number}> y"),
            ("StepMany", $"global::System.ReadOnlySpan<{input}> x, global::System.Span<State> states, global::System.ReadOnlySpan<int> streams, global::System.Span<{number}> y"),
        ];
        int first = hasStep ? 1 : 0;
        for (int index = first; index < methods.Length; index++)
        {
            writer.WriteLines($$"""
                {{(index == first ? "" : "\n")}}/// <summary>Not there: the model needs {{(hasStep ? "a call for each stream" : "whole sequences")}}.</summary>
                {{refusal}}
                public void {{methods[index].Name}}({{methods[index].Parameters}}) => throw new global::System.NotSupportedException();
                """);
        }
    }

    /// <summary>Opens the method: its documentation, its header, and the checks of its arguments.</summary>
    public static SourceWriter.Scope Open(EmitPlan plan, SourceWriter writer)
    {
        string number = plan.Number, input = plan.ReadsTokens ? "int token" : $"global::System.ReadOnlySpan<{number}> x";
        string inputDoc = plan.ReadsTokens
            ? "<param name=\"token\">The token of the time step.</param>"
            : $"<param name=\"x\">The {plan.Layers[0].OutputSize} features of the time step.</param>";
        string returns = plan.Stride == 1 ? "" : $"\n/// <returns>Whether the time step has an output: the first of a stream, then each {plan.Stride}th after it. Where it has none, <paramref name=\"y\"/> stays.</returns>";
        writer.WriteLines($$"""
            /// <summary>Advances one stream by one time step. Allocates nothing; any number of threads may step streams of the same model.</summary>
            /// {{inputDoc}}
            /// <param name="state">The state of the stream: read, then overwritten.</param>
            /// <param name="y">Overwritten: the {{plan.Output.OutputSize}} outputs of the time step, the same bits as <see cref="Run"/> predicts.</param>{{returns}}
            /// <exception cref="global::System.ArgumentException">A length is wrong, or the token is not in the vocabulary.</exception>
            {{ModelEmitter.GeneratedCode}}
            [global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
            """);
        SourceWriter.Scope scope = writer.Block($"public {(plan.Stride == 1 ? "void" : "bool")} Step({input}, ref State state, global::System.Span<{number}> y)");
        writer.WriteLine(plan.Layers[0] is EmbeddingPlan embedding
            ? $"if (unchecked((uint)token) >= {embedding.Vocabulary}u) global::FastSeq.StepErrors.ThrowToken(token, {embedding.Vocabulary});"
            : $"if (x.Length != {plan.Layers[0].OutputSize}) global::FastSeq.StepErrors.ThrowInput(x.Length, {plan.Layers[0].OutputSize});");
        foreach (string check in plan.Columns.Select(ColumnCheck(plan)))
        {
            writer.WriteLine(check);
        }

        writer.WriteLine($"if (y.Length != {plan.Output.OutputSize}) global::FastSeq.StepErrors.ThrowOutput(y.Length, {plan.Output.OutputSize});");
        return scope;
    }

    /// <summary>The check that a column of features holds tokens, for rows of one stream or of many.</summary>
    public static Func<ColumnTable, string> ColumnCheck(EmitPlan plan) =>
        column => $"global::FastSeq.StepErrors.CheckColumn(x, {plan.Layers[0].OutputSize}, {column.Column}, {column.Vocabulary});";

    private static void WriteLayers(EmitPlan plan, SourceWriter writer)
    {
        // Scratch memory: that of the layer that needs most, then the places of the outputs of layers that are no states.
        LayerPlan[] layers = plan.Layers.Where(ManyPlan.StepsThrough).ToArray();
        CellPlan[] cells = plan.Layers.SelectMany(CellsOf).ToArray();
        int slack = plan.VectorLanes, between = layers.Where((l, i) => l is not (RecurrentPlan or NormalizedPlan) && i < layers.Length - 1).Select(l => l.OutputSize + slack).DefaultIfEmpty(0).Max();
        int projected = cells.Where(c => c.Projection is not null).Select(c => c.Units + slack).DefaultIfEmpty(0).Max();
        int[] scratchSizes = Lane.All(plan.Model.IsDouble).Select(lane => cells.Concat(cells.Select(c => c.Projection).OfType<CellPlan>()).Max(c => CellStep.ScratchSize(c, lane))).ToArray();
        var places = RowPlaces.OfStep(plan);
        int firstStart = scratchSizes.Max(), projectedStart = firstStart + (places.Count * between), normalizedStart = projectedStart + projected;
        int normalized = plan.Layers.OfType<NormalizedPlan>().Select(l => l.StepScratch).DefaultIfEmpty(0).Max(), size = normalizedStart + normalized;
        if (size == 0)
        {
            writer.WriteLine($"ref {plan.Number} scratch = ref {Unsafe}.NullRef<{plan.Number}>();");
        }
        else
        {
            // Memory on the stack is cleared at each call: where the widest registers hold everything, there is none.
            string unless = scratchSizes[0] + between + projected + normalized == 0 ? "global::System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated ? default : " : "";
            writer.WriteLine($"global::System.Span<{plan.Number}> memory = {unless}stackalloc {plan.Number}[{size}];");
            writer.WriteLine($"ref {plan.Number} scratch = ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference(memory);");
        }

        if (cells.Any(CellStep.TurnsPanels))
        {
            writer.WriteLine("global::FastSeq.Kernels.StepOrder.Turn();");
        }

        WriteInput(plan, writer);
        string[] rows = new string[plan.Layers.Count];
        rows[0] = "input";
        for (int index = 1; index < rows.Length; index++)
        {
            LayerPlan layer = plan.Layers[index];
            string current = rows[layer.Source];
            if (!ManyPlan.StepsThrough(layer))
            {
                rows[index] = current;
                continue;
            }

            string output = StateOf(layer) is { } state
                ? At("s", state.Offset.ToString())
                : layer == layers[layers.Length - 1]
                    ? "global::System.Runtime.InteropServices.MemoryMarshal.GetReference(y)"
                    : At("scratch", (firstStart + (places[index] * between)).ToString());

            if (layer is NormalizedPlan sums)
            {
                WriteNormalized(plan, writer, sums, current, normalizedStart);
            }
            else if (CellOf(layer) is { } cell)
            {
                string operand = At("scratch", projectedStart.ToString());
                WriteCall(plan, writer, cell, current, output, operand);
                if (cell.Projection is { } projection)
                {
                    WriteCall(plan, writer, projection, operand, output, "");
                }
            }
            else
            {
                WriteRow(plan.Number, writer, layer, current, layer is SkipPlan skip ? rows[skip.Earlier] : "", output);
            }

            rows[index] = output;
        }

        if (StateOf(layers[layers.Length - 1]) is { } last)
        {
            writer.WriteLine($"global::System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref {At("s", last.Offset.ToString())}, {last.Size}).CopyTo(y);");
        }
    }

    /// <summary>Declares <c>input</c>: the features, or the row of the token.</summary>
    private static void WriteInput(EmitPlan plan, SourceWriter writer)
    {
        if (plan.Layers[0] is EmbeddingPlan { Tied: not null } tied)
        {
            writer.WriteLine($"global::System.Span<{plan.Number}> row = stackalloc {plan.Number}[{tied.Size + plan.VectorLanes}];");
            writer.WriteLine($"ref {plan.Number} input = ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference(row);");
            writer.WriteLine(TableRows.Gather(tied, "new global::System.ReadOnlySpan<int>(in token)", "p", "input"));
            return;
        }

        string current = plan.Layers[0] is EmbeddingPlan table
            ? $"{Unsafe}.Add(ref p, {Sum(Times("token", table.Size), table.Offset.ToString())})"
            : "global::System.Runtime.InteropServices.MemoryMarshal.GetReference(x)";
        writer.WriteLine($"ref {plan.Number} input = ref {current};");
    }

    /// <summary>One row through a layer that is no product, with the parameters at <c>p</c> and the state of the stream at <c>s</c>.</summary>
    public static void WriteRow(string number, SourceWriter writer, LayerPlan layer, string input, string earlier, string output)
    {
        if (layer is SkipPlan skip)
        {
            writer.WriteLine(RowCalls.Merge(skip, "1", input, earlier, output));
            return;
        }

        if (layer is ColumnsPlan columns)
        {
            foreach (string statement in RowCalls.Columns(columns, "1", input, output, "p"))
            {
                writer.WriteLine(statement);
            }

            return;
        }

        if (RowCalls.StateOffset(layer) is not int state)
        {
            writer.WriteLine(RowCalls.Rows(layer, number, "1", input, output, "p"));
            return;
        }

        foreach (string statement in RowCalls.Stream(layer, input, At("s", state.ToString()), output, "p"))
        {
            writer.WriteLine(statement);
        }
    }

    /// <summary>Both products of a normalised cell, then its normalisations and gates.</summary>
    private static void WriteNormalized(EmitPlan plan, SourceWriter writer, NormalizedPlan layer, string input, int start)
    {
        string Scratch(int place) => At("scratch", (start + place).ToString());
        string State(int index) => At("s", layer.States[index].Offset.ToString());
        WriteCall(plan, writer, layer.Input, input, Scratch(0), "");
        WriteCall(plan, writer, layer.Hidden, State(0), Scratch(layer.Width), "");
        writer.WriteLine(NormalizedCalls.Step(layer, plan.Number, Scratch, State));
    }

    private static void WriteCall(EmitPlan plan, SourceWriter writer, CellPlan cell, string input, string output, string projected)
    {
        string kernels = $"global::{KernelsEmitter.Namespace(plan)}.{KernelsEmitter.ClassName(plan)}";
        int state = 0;
        string Argument(string parameter) => parameter switch
        {
            "parameters" => "p",
            "x" => input,
            "output" => output,
            "projected" => projected,
            "scratch" => "scratch",
            _ => At("s", cell.StateStart(state++).ToString()),
        };
        string[] arguments = CellStep.Arguments(cell).Split([", "], StringSplitOptions.None).Select(a => "ref " + Argument(a.Substring("ref ".Length))).ToArray();
        writer.WriteLine($"{kernels}.{cell.Identifier}Step({string.Join(", ", arguments)});");
    }

    public static CellPlan? CellOf(LayerPlan layer) => layer switch { RecurrentPlan recurrent => recurrent.Cell, LinearPlan linear => linear.Cell, _ => null };

    /// <summary>The state that the rows of a layer are; null of other layers.</summary>
    private static StatePlan? StateOf(LayerPlan layer) => layer switch { RecurrentPlan recurrent => recurrent.States[0], NormalizedPlan normalised => normalised.States[0], _ => null };

    /// <summary>The cells and linear layers that have a method for one time step.</summary>
    public static CellPlan[] CellsOf(LayerPlan layer) => layer is NormalizedPlan normalised ? [normalised.Input, normalised.Hidden] : CellOf(layer) is { } cell ? [cell] : [];

    private static string At(string reference, string index) => index == "0" ? reference : $"{Unsafe}.Add(ref {reference}, {index})";
}
