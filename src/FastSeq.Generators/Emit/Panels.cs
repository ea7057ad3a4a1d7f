using System;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>Loops over the panels of a cell as text.</summary>
internal static class Panels
{
    private const string Unsafe = "global::System.Runtime.CompilerServices.Unsafe";

    /// <summary>
    /// Calls <paramref name="write"/> for the full panels (in a loop where there are several) and for the narrow one (whose panel is null), with its units. Where the condition
    /// <paramref name="descending"/> holds the full ones come in descending order: those that were read last are still in the cache.
    /// </summary>
    public static void Write(SourceWriter writer, CellPlan cell, Action<string?, int> write, string? descending = null)
    {
        if (cell.FullPanels > 0)
        {
            bool isLoop = cell.FullPanels > 1, turns = isLoop && descending is not null;
            string index = turns ? "turn" : "panel";
            using (writer.Block(isLoop ? $"for (int {index} = 0; {index} < {cell.FullPanels}; {index}++)" : ""))
            {
                if (turns)
                {
                    writer.WriteLine($"int panel = {descending} ? {cell.FullPanels - 1} - turn : turn;");
                }

                write(cell.FullPanels > 1 ? "panel" : "0", cell.Lanes);
            }
        }

        if (cell.NarrowUnits > 0)
        {
            using (writer.Block())
            {
                write(null, cell.NarrowUnits);
            }
        }
    }

    /// <summary>Where a panel of a weight begins.</summary>
    public static string StartOf(Region region, string? panel) =>
        panel is null ? region.NarrowOffset.ToString() : Lane.Sum(Lane.Times(panel, region.PanelStride), region.Offset.ToString());

    /// <summary>The first unit of a panel.</summary>
    public static string FirstUnit(CellPlan cell, string? panel) => panel is null ? (cell.FullPanels * cell.Lanes).ToString() : Lane.Times(panel, cell.Lanes);

    /// <summary>
    /// The call that computes a panel's recurrent sums of rows of operands, <c>sums[row][gate][unit]</c> with <see cref="CellPlan.SumStride"/>, with the parameters at <c>p</c>; the weights from
    /// <paramref name="firstWeight"/> on may lie elsewhere.
    /// </summary>
    public static string RecurrentProduct(CellPlan cell, int stage, string? panel, int units, string modelKernels, string rows, string operand, string weights = "p", int firstWeight = 0)
    {
        Region weight = cell.HiddenWeights[stage], bias = cell.HiddenBiases[stage];
        int columns = weight.Gates * units;
        string panelStart = At(weights, StartOf(weight with { Offset = weight.Offset - firstWeight }, panel)), start = At("p", StartOf(bias, panel));
        return cell.HiddenChains > 1
            ? $"{modelKernels}.{SmallProduct.HiddenSums(cell, panel is null).Method}({rows}, ref {operand}, ref {panelStart}, ref {start}, ref sums);"
            : $"global::FastSeq.Kernels.PanelProduct.Multiply({rows}, {weight.Inner}, in {operand}, {weight.Inner}, in {panelStart}, {columns}, {columns}, in {start}, false, ref sums, {cell.SumStride(columns)}, true);";
    }

    /// <summary>The call that computes the recurrent sums of one row in all full panels, <c>sums[panel][gate][unit]</c>.</summary>
    public static string RowProduct(CellPlan cell, int stage, string descending, string operand, string weights, int firstWeight)
    {
        Region weight = cell.HiddenWeights[stage], bias = cell.HiddenBiases[stage];
        return $"global::FastSeq.Kernels.RowProduct.Multiply({cell.FullPanels}, {descending}, {weight.Inner}, in {operand}, in {At(weights, (weight.Offset - firstWeight).ToString())}, {weight.Gates * cell.Lanes}, in {At("p", bias.Offset.ToString())}, ref sums);";
    }

    private static string At(string reference, string index) => index == "0" ? reference : $"{Unsafe}.Add(ref {reference}, {index})";
}
