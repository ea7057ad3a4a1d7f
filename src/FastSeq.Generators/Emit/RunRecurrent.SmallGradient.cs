using FastSeq.Generators.Support;
using static FastSeq.Generators.Emit.Lane;

namespace FastSeq.Generators.Emit;

/// <content>What flows back through the recurrent weight of a small cell, by a product of its own.</content>
internal sealed partial class RunRecurrent
{
    private void WriteSmallGradient(SourceWriter writer, string condition, string target)
    {
        using (writer.Block(condition))
        {
            Panels.Write(writer, cell, (panel, units) =>
            {
                int gates = HiddenGates(0);
                string d = At(PanelRow("dSums", cell.GradientSlots, panel, units, "Rows", "row"), (equations.FirstHidden(0) * units).ToString());
                string transposed = At(Field + "HiddenTransposed0.Reference", Times(panel ?? cell.FullPanels.ToString(), (long)cell.Lanes * gates * cell.Units));
                writer.WriteLine($"{Context.ModelKernels}.{SmallProduct.HiddenGradient(cell, panel is null).Method}(count, ref {d}, ref {transposed}, ref {At(target, $"first * {cell.Units}")});");
            });
        }
    }
}
