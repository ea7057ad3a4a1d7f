using System;
using System.Linq;
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
                    int row = RowOf(t, first), previous = PreviousRowOf(t, first), current = Batch + row;
                    """);
                if (cell.HiddenChains == 1)
                {
                    writer.WriteLine($"int ahead = t > 0 && count <= {AheadRows} ? RowOf(t, first) - RowOf(t - 1, first) : 0;");
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
}
