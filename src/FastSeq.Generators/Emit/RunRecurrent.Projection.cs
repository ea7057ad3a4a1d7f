using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <content>A layer whose h is a projection h = W_hr·m of what its gates give, forward and backward.</content>
internal sealed partial class RunRecurrent
{
    /// <summary>The numbers of a row of a state.</summary>
    private int WidthOf(string state) => state == "H" ? cell.OutputSize : cell.Units;

    /// <summary>h of the block's rows, once m of all panels is there.</summary>
    private void WriteProjection(SourceWriter writer, CellPlan projection)
    {
        writer.WriteLine("// h = W_hr·m");
        writer.WriteLine(
            $"{Kernels}.PanelMatrix.Linear(0, count, {projection.InputSize}, {projection.Units}, {projection.Lanes}, in {At($"{Field}Projected.Reference", $"row * {projection.InputSize}")}, in {Parameter(projection.InputWeight.Offset.ToString())}, in {Parameter(projection.InputBias.Offset.ToString())}, ref {At("h", $"current * {projection.Units}")});");
    }

    /// <summary>From the gradient of h, which goes out and on to the next step, to that of m; dH is then free for the step before.</summary>
    private void WriteProjectionBackward(SourceWriter writer, CellPlan projection)
    {
        string output = At("dOutput", $"row * {projection.Units}"), next = At("dH", $"first * {projection.Units}");
        writer.WriteLine("// dm = dh·W_hr");
        writer.WriteLine($"Add(ref {next}, count * {projection.Units}, ref {output});");
        writer.WriteLine($"Clear(ref {next}, count * {projection.Units});");
        writer.WriteLine(
            $"{Kernels}.PanelMatrix.LinearInputGradient(0, count, {projection.InputSize}, {projection.Units}, in {output}, in {Field}ProjectionTransposed.Reference, ref {At($"{Field}DProjected.Reference", $"first * {projection.InputSize}")});");
    }
}
