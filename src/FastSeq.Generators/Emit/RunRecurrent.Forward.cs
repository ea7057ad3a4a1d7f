using System;
using System.Linq;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <content>Through time: step by step the recurrent product, then the gates.</content>
internal sealed partial class RunRecurrent
{
    private void WriteForward(SourceWriter writer)
    {
        writer.WriteLine($"// {cell.Title}: through a block of time steps.");
        foreach (string line in equations.Formula)
        {
            writer.WriteLine("//     " + line);
        }

        using (writer.Block($"private void {Method}Forward(scoped in global::FastSeq.TimeBlock block)"))
        {
            writer.WriteLine($"ref {Number} p = ref parameters.Reference;");
            writer.WriteLine($"ref {Number} tape = ref {BlockTape};");
            writer.WriteLine($"ref {Number} sums = ref {At($"{Field}Sums.Reference", $"block.Part * {ScratchSize}")};");
            WriteReferences(writer);
            WriteMaskReferences(writer);
            writer.WriteLine("int first = block.FirstSequence, last = block.EndSequence, tapeRows = block.SumsRows, taped = 0;");
            using (writer.Block("if (block.Begin == 0)"))
            {
                for (int state = 0; state < plan.States.Count; state++)
                {
                    writer.WriteLine(RunStates.Begin(plan.States[state], equations.States[state].Name));
                }
            }

            using (writer.Block("for (int t = block.Begin, end; t < block.End; t++, taped += end - first)"))
            {
                writer.WriteLine("end = global::System.Math.Min(last, BatchSize(t));");
                using (writer.Block($"for (int b = first; b < end; b += {RowBlock})"))
                {
                    writer.WriteLines($"""
                        int count = global::System.Math.Min({RowBlock}, end - b), row = RowOf(t, b), previous = PreviousRowOf(t, b), current = Batch + row;
                        int tapeRow = Training ? row : taped + b - first;
                        """);
                    if (equations.StageCount > 1)
                    {
                        writer.WriteLine("int operandRow = Training ? row : b;");
                    }

                    for (int stage = 0; stage < equations.StageCount; stage++)
                    {
                        WriteMaskedOperand(writer, stage);
                        if (HasRowProduct)
                        {
                            using (writer.Block("if (count == 1)"))
                            {
                                WriteForwardRow(writer, stage);
                            }

                            using (writer.Block("else"))
                            {
                                WriteForwardRows(writer, stage);
                            }
                        }
                        else
                        {
                            WriteForwardRows(writer, stage);
                        }
                    }

                    if (cell.Projection is { } projection)
                    {
                        WriteProjection(writer, projection);
                    }
                }
            }
        }
    }

    /// <summary>The recurrent sums of a panel's rows, then their gates, panel by panel.</summary>
    private void WriteForwardRows(SourceWriter writer, int stage) => Panels.Write(
        writer,
        cell,
        (panel, units) =>
        {
            WriteProduct(writer, stage, panel, units);
            WriteGates(writer, stage, panel, units, "sums");
        },
        descending: "(t & 1) != 0");

    /// <summary>One sequence: the recurrent sums of all panels, then their gates.</summary>
    private void WriteForwardRow(SourceWriter writer, int stage)
    {
        int columns = cell.Lanes * HiddenGates(stage);
        WriteFormula(writer, stage);
        writer.WriteLine(Panels.RowProduct(cell, stage, "(t & 1) != 0", OperandOf(stage), WeightsName, FirstWeight));
        Panels.Write(writer, cell, (panel, units) =>
        {
            if (panel is null)
            {
                WriteProduct(writer, stage, panel, units);
            }

            WriteGates(writer, stage, panel, units, panel is null ? "sums" : At("sums", $"panel * {columns}"));
        });
    }

    private string WeightsName => plan.WeightDrop is null ? "p" : "weights";

    private string OperandOf(int stage) => stage == 0 ? At(plan.Dropout is null ? "h" : "hUsed", $"(previous * {cell.OutputSize})") : At("operand" + stage, $"operandRow * {cell.Units}");

    private void WriteFormula(SourceWriter writer, int stage) =>
        writer.WriteLine($"// b_hh + W_hh·{(stage == 0 ? "h_(t-1)" : equations.LaterOperands[stage - 1].Name!)}, then the gates");

    private void WriteProduct(SourceWriter writer, int stage, string? panel, int units)
    {
        WriteFormula(writer, stage);
        writer.WriteLine(Panels.RecurrentProduct(cell, stage, panel, units, Context.ModelKernels, "count", OperandOf(stage), WeightsName, FirstWeight));
    }

    private void WriteGates(SourceWriter writer, int stage, string? panel, int units, string sums)
    {
        var maths = new CellForward(cell, stage, panel is null);
        string arguments = string.Join(", ", maths.Buffers.Select(b => "ref " + (b.Name switch
        {
            "tape" => PanelRow("tape", plan.TapeSlots, panel, units, "tapeRows", "tapeRow"),
            "sums" => sums,
            "unitParameters" => Parameter(Panels.StartOf(cell.UnitParameters!, panel)),
            "operandRows" => HistoryRow("operand" + (stage + 1), "operandRow", panel),
            string name when name.EndsWith("Mask", StringComparison.Ordinal) => MaskRow(name, panel),
            string name when name.EndsWith("PreviousRows", StringComparison.Ordinal) => HistoryRow(name.Substring(0, 1), "previous", panel),
            "hRows" when equations.IsProjected => HistoryRow($"{Field}Projected.Reference", "row", panel),
            string name => HistoryRow(name.Substring(0, 1), "current", panel),
        })));
        writer.WriteLine($"{Context.ModelKernels}.{maths.Method}({maths.CountOf("count")}, {(Learns || equations.Masks.Count > 0 ? "Training" : "false")}, {arguments});");
    }
}
