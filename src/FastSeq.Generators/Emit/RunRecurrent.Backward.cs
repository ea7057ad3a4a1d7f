using System;
using System.Collections.Generic;
using System.Linq;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <content>Back through time, and the gradients of the parameters.</content>
internal sealed partial class RunRecurrent
{
    private void WriteBackward(SourceWriter writer)
    {
        writer.WriteLine($"// {cell.Title}: back through a block of time steps.");
        using (writer.Block($"private void {Method}Backward(scoped in global::FastSeq.TimeBlock block)"))
        {
            writer.WriteLine("int first = block.FirstSequence, last = block.EndSequence;");
            writer.WriteLine($"ref {Number} tape = ref {Field}Tape.Reference;");
            writer.WriteLine($"ref {Number} dSums = ref {GradientRows};");
            writer.WriteLine($"ref {Number} dOutput = ref {Gradient};");
            if (cell.UnitParameters is not null)
            {
                writer.WriteLine($"ref {Number} p = ref parameters.Reference;");
            }

            WriteReferences(writer);
            foreach (string state in States)
            {
                writer.WriteLine($"ref {Number} d{state} = ref {Field}D{state}.Reference;");
            }

            using (writer.Block("if (block.End == TimeSteps)"))
            {
                foreach (string state in States)
                {
                    writer.WriteLine($"BeginStateGradient(first, last, {WidthOf(state)}, ref d{state});");
                }
            }

            for (int stage = 1; stage < equations.StageCount; stage++)
            {
                writer.WriteLine($"ref {Number} dOperand{stage} = ref {Field}DOperand{stage}.Reference;");
            }

            using (writer.Block("for (int t = block.End - 1; t >= block.Begin; t--)"))
            {
                writer.WriteLines("""
                    int count = global::System.Math.Min(last, BatchSize(t)) - first;
                    if (count <= 0) continue;
                    int row = RowStart(t) + first, previous = PreviousRow(t) + first, current = Batch + row;
                    """);
                if (cell.HiddenChains == 1)
                {
                    writer.WriteLine($"int ahead = t > 0 && count <= {AheadRows} ? RowStart(t) - RowStart(t - 1) : 0;");
                }

                if (!cell.HasSmallGradient)
                {
                    writer.WriteLine("var span = new global::FastSeq.Kernels.RowSpan(first, row, count);");
                }

                if (cell.Projection is { } projection)
                {
                    WriteProjectionBackward(writer, projection);
                }

                for (int stage = equations.StageCount - 1; stage >= 0; stage--)
                {
                    int current = stage;
                    Panels.Write(writer, cell, (panel, units) => WriteBackwardPanel(writer, current, panel, units));
                    string target = stage == 0 ? "dH" : "dOperand" + stage;
                    string condition = stage == 0 && !plan.LearnsInitialState ? "if (t > 0 || HasStates)" : "";
                    if (plan.Dropout is not null)
                    {
                        WriteMaskedGradient(writer, stage, condition);
                        continue;
                    }

                    if (cell.HasSmallGradient)
                    {
                        WriteSmallGradient(writer, condition, target);
                        continue;
                    }

                    condition += condition.Length > 0 ? " " : "";
                    writer.WriteLine(condition + OperandGradient(stage, target, adds: stage == 0));
                }
            }
        }
    }

    /// <summary>The call that computes the gradient of what a stage's product multiplies.</summary>
    private string OperandGradient(int stage, string target, bool adds) =>
        $"{Kernels}.PanelMatrix.InputGradient(new global::System.ReadOnlySpan<global::FastSeq.Kernels.RowSpan>(in span), Rows, {cell.HiddenWeights[stage].Inner}, {cell.Units}, {cell.Lanes}, {HiddenGates(stage)}, in dSums, {cell.GradientSlots}, {equations.FirstHidden(stage)}, in {Field}HiddenTransposed{stage}.Reference, ref {target}, {(adds ? "true" : "false")});";

    /// <summary>The rows of a time step's tape that stay in the second-level cache together with weights: a quarter of a megabyte.</summary>
    private int AheadRows => (1 << 18) / (plan.TapeSlots * cell.Units * (Number == "double" ? 8 : 4));

    private void WriteBackwardPanel(SourceWriter writer, int stage, string? panel, int units)
    {
        var maths = new CellBackward(cell, stage, panel is null);
        string arguments = string.Join(", ", maths.Buffers.Select(b => "ref " + (b.Name switch
        {
            "tape" => PanelRow("tape", plan.TapeSlots, panel, units, "Rows", "row"),
            "unitParameters" => Parameter(Panels.StartOf(cell.UnitParameters!, panel)),
            "dSums" => PanelRow("dSums", cell.GradientSlots, panel, units, "Rows", "row"),
            "dOutput" => equations.IsProjected ? HistoryRow($"{Field}DProjected.Reference", "first", panel) : HistoryRow("dOutput", "row", panel),
            "dOperand" => HistoryRow("dOperand" + (stage + 1), "first", panel),
            string name when name.EndsWith("Mask", StringComparison.Ordinal) => MaskRow(name, panel),
            string name when name.EndsWith("PreviousRows", StringComparison.Ordinal) => HistoryRow(name.Substring(0, 1), "previous", panel),
            string name when name[0] == 'd' => HistoryRow(name.Substring(0, 2), "first", panel),
            string name => HistoryRow(name.Substring(0, 1), "current", panel),
        })));
        writer.WriteLine($"{Context.ModelKernels}.{maths.Method}({maths.CountOf("count")}, {(maths.FetchesAhead ? "ahead, " : "")}{arguments});");
    }

    private void WriteInputGradient(SourceWriter writer)
    {
        using (writer.Block($"private void {Method}InputGradient(scoped in global::FastSeq.TimeBlock block)"))
        {
            writer.WriteLine("// dx = dz·W_ih");
            writer.WriteLine(InputGradientOf("block.Rows", "Rows", GradientRows, SumCount, equations.FirstInput, Previous.Gradient, AddsGradient));
        }
    }

    private void WriteWeights(SourceWriter writer)
    {
        writer.WriteLine($"// {cell.Title}: gradients of the weights and biases, once all time steps are done.");
        using (writer.Block($"private void {Method}Weights(int part)"))
        {
            writer.WriteLine($"ref {Number} dSums = ref {GradientRows};");
            WriteReferences(writer);
            writer.WriteLine($"Range(part, {cell.InputSize}, 6, out int firstK, out int lastK);");
            string Gradient(string rows, string x, string d, int slots, int firstSlot) =>
                $"{Kernels}.PanelMatrix.WeightGradient(firstK, lastK, {rows}, {rows}, {cell.InputSize}, {cell.Units}, {cell.Lanes}, {InputGates}, in {x}, in {d}, 0, {slots}, {firstSlot}, ref Packed(part), ref Gradient({cell.InputWeight.Offset}));";
            if (Table is not null)
            {
                writer.WriteLine("if (SharesTokens) " + Gradient("Tokens.Length", Field + "TokenRows.Reference", Field + "TokenSums.Reference", InputGates, 0));
            }

            writer.WriteLine((Table is null ? "" : "else ") + Gradient("Rows", Previous.Output, "dSums", cell.GradientSlots, equations.FirstInput));
            writer.WriteLine($"Range(part, {cell.OutputSize}, 6, out firstK, out lastK);");
            using (writer.Block("for (int t = 0, end; t < TimeSteps; t = end)"))
            {
                writer.WriteLine("end = EndOfEvenSteps(t);");
                writer.WriteLine(WeightGradient(0, At(plan.Dropout is null ? "h" : Field + "DroppedH.Reference", $"PreviousRow(t) * {cell.OutputSize}"), "(end - t) * BatchSize(t)", "RowStart(t)"));
            }

            for (int stage = 1; stage < equations.StageCount; stage++)
            {
                writer.WriteLine(WeightGradient(stage, "operand" + stage, "Rows", "0"));
            }

            WriteDroppedGradient(writer);
            foreach (string sum in InitialGradients)
            {
                writer.WriteLine(sum);
            }

            if (cell.Projection is { } projection)
            {
                writer.WriteLine(ProjectionWeightGradient(projection));
            }

            if (cell.UnitParameters is { } unitParameters)
            {
                writer.WriteLine(BiasGradient(unitParameters.Gates, equations.PreActivations.Count, unitParameters));
            }

            if (!cell.HasBias || AddsBiasesByTheWay)
            {
                return;
            }

            writer.WriteLine(BiasGradient(InputGates, equations.FirstInput, cell.InputBias));
            for (int stage = 0; stage < equations.StageCount; stage++)
            {
                writer.WriteLine(BiasGradient(HiddenGates(stage), equations.FirstHidden(stage), cell.HiddenBiases[stage]));
            }
        }
    }

    private IEnumerable<string> InitialGradients => plan.States
        .Select((state, index) => (State: state, Name: equations.States[index].Name.ToUpperInvariant()))
        .Where(learned => learned.State.IsLearned)
        .Select(learned => $"SumInitialGradients(part, {learned.State.Size}, ref {Field}D{learned.Name}.Reference, ref Gradient({learned.State.Parameter}));");

    private string WeightGradient(int stage, string operand, string count, string firstRow) =>
        $"{Kernels}.PanelMatrix.WeightGradient(firstK, lastK, {count}, Rows, {cell.HiddenWeights[stage].Inner}, {cell.Units}, {cell.Lanes}, {HiddenGates(stage)}, in {operand}, in dSums, {firstRow}, {cell.GradientSlots}, {equations.FirstHidden(stage)}, ref Packed(part), ref Gradient({cell.HiddenWeights[stage].Offset}){(AddsBiasesByTheWay ? ", " + BiasesByTheWay : "")});";

    /// <summary>Whether the gradients of the biases are added up together with that of the recurrent weight, which reads the same rows.</summary>
    private bool AddsBiasesByTheWay => cell.HasBias && equations.StageCount == 1;

    private string BiasesByTheWay =>
        $"new {Kernels}.BiasGradients<{Number}>(part, Parts, {equations.FirstInput}, {InputGates}, ref Gradient({cell.InputBias.Offset}), {equations.FirstHidden(0)}, {HiddenGates(0)}, ref Gradient({cell.HiddenBiases[0].Offset}))";

    private string BiasGradient(int gates, int firstSlot, Region bias) =>
        $"{Kernels}.PanelMatrix.BiasGradient(part, Parts, Rows, {cell.Units}, {cell.Lanes}, {gates}, in dSums, {cell.GradientSlots}, {firstSlot}, ref Gradient({bias.Offset}));";
}
