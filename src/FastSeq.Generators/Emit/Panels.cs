using System;
using FastSeq.Generators.Plan;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Emit;

/// <summary>Loops over the panels of a cell as text.</summary>
internal static class Panels
{
    private const string Unsafe = "global::System.Runtime.CompilerServices.Unsafe";

    /// <summary>Calls <paramref name="write"/> for the full panels (in a loop where there are several) and for the narrow one (whose panel is null), with its units.</summary>
    public static void Write(SourceWriter writer, CellPlan cell, Action<string?, int> write)
    {
        if (cell.FullPanels > 0)
        {
            using (writer.Block(cell.FullPanels > 1 ? $"for (int panel = 0; panel < {cell.FullPanels}; panel++)" : ""))
            {
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

    private static string At(string reference, string index) => index == "0" ? reference : $"{Unsafe}.Add(ref {reference}, {index})";
}
