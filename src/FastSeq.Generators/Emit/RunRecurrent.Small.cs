using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;
using static FastSeq.Generators.Emit.Lane;

namespace FastSeq.Generators.Emit;

/// <content>The products of a small cell, which are of its own.</content>
internal sealed partial class RunRecurrent
{
    private void WriteSmallInputs(SourceWriter writer)
    {
        writer.WriteLine($"ref {Number} tape = ref {BlockTape};");
        using (writer.Block("foreach (ref readonly global::FastSeq.Kernels.RowSpan rows in block.Rows)"))
        {
            Panels.Write(writer, cell, (panel, units) =>
            {
                string x = At(Previous.Output, $"rows.First * {cell.InputSize}"), sums = PanelRow("tape", plan.TapeSlots, panel, units, "block.SumsRows", "rows.SumsFirst");
                writer.WriteLine(
                    $"{Context.ModelKernels}.{SmallProduct.InputSums(cell, panel is null).Method}(rows.Count, ref {x}, ref {Parameter(Panels.StartOf(cell.InputWeight, panel))}, ref {Parameter(Panels.StartOf(cell.InputBias, panel))}, ref {sums});");
            });
        }
    }

    private void WriteSmallGradient(SourceWriter writer, string condition, string target)
    {
        using (writer.Block(condition))
        {
            Panels.Write(writer, cell, (panel, units) =>
            {
                int gates = HiddenGates(0);
                string transposed = At(Field + "HiddenTransposed0.Reference", Times(panel ?? cell.FullPanels.ToString(), (long)cell.Lanes * gates * cell.Units));
                writer.WriteLine(
                    $"{Context.ModelKernels}.{SmallProduct.HiddenGradient(cell, panel is null).Method}(count, ref {GradientRow(panel, units, equations.FirstHidden(0), "row")}, ref {transposed}, ref {At(target, $"first * {cell.Units}")});");
            });
        }
    }

    private void WriteBundleWeights(SourceWriter writer)
    {
        writer.WriteLine($"// {cell.Title}: gradients of the weights and biases, of sequences first to last - 1.");
        using (writer.Block($"private void {Method}Weights(int first, int last, ref {Number} sums)"))
        {
            writer.WriteLine($"ref {Number} dSums = ref {Field}DSums.Reference;");
            writer.WriteLine($"ref {Number} h = ref {(plan.Dropout is null ? Field + "H" : Field + "DroppedH")}.Reference;");
            BundleLoop.Write(writer, () => Panels.Write(writer, cell, (panel, units) =>
            {
                WriteGradient(SmallWeightGradient.Input(cell, panel is null, Context.Plan.Model.IsDouble), At(Previous.Output, $"row * {cell.InputSize}"), equations.FirstInput, cell.InputWeight, cell.InputBias);
                WriteGradient(SmallWeightGradient.Hidden(cell, panel is null, Context.Plan.Model.IsDouble), At("h", $"PreviousRowOf(t, first) * {cell.Units}"), equations.FirstHidden(0), cell.HiddenWeights[0], cell.HiddenBiases[0]);

                void WriteGradient(SmallWeightGradient gradient, string operand, int slot, Region weight, Region bias)
                {
                    string ofBias = cell.HasBias ? $", ref {At("sums", Panels.StartOf(bias, panel))}" : "";
                    writer.WriteLine(
                        $"{Context.ModelKernels}.{gradient.Method}(end - t, rows, BatchSize(t), ref {operand}, ref {GradientRow(panel, units, slot, "row")}, ref {At("sums", Panels.StartOf(weight, panel))}{ofBias});");
                }
            }));
        }
    }

    /// <summary>The gradients of a row's sums in a panel, from a slot on.</summary>
    private string GradientRow(string? panel, int units, int slot, string row) => At(PanelRow("dSums", SumCount, panel, units, "Rows", row), (slot * units).ToString());
}
