using System;
using System.Collections.Generic;
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
    /// The calls that compute a panel's recurrent sums of rows of operands, <c>sums[row][chain][gate][unit]</c> with <see cref="CellPlan.ChainStride"/>, with the parameters at <c>p</c>: one for each chain,
    /// which the gates add up.
    /// </summary>
    public static IEnumerable<string> RecurrentProducts(
        CellPlan cell, int stage, string? panel, int units, string number, string rows, Func<int, string> operandFrom)
    {
        Region weight = cell.HiddenWeights[stage], bias = cell.HiddenBiases[stage];
        int columns = weight.Gates * units, stride = CellPlan.ChainStride(columns);
        for (int chain = 0; chain < cell.HiddenChains; chain++)
        {
            int first = StepProduct.FirstOf(chain, weight.Inner, cell.HiddenChains), inner = StepProduct.FirstOf(chain + 1, weight.Inner, cell.HiddenChains) - first;
            string panelStart = Lane.Sum(StartOf(weight, panel), (first * columns).ToString());
            string start = chain == 0 ? At("p", StartOf(bias, panel)) : $"{Unsafe}.NullRef<{number}>()";
            yield return
                $"global::FastSeq.Kernels.PanelProduct.Multiply({rows}, {inner}, in {operandFrom(first)}, {weight.Inner}, in {At("p", panelStart)}, {columns}, {columns}, in {start}, false, ref {At("sums", (chain * stride).ToString())}, {cell.HiddenChains * stride}, true);";
        }
    }

    private static string At(string reference, string index) => index == "0" ? reference : $"{Unsafe}.Add(ref {reference}, {index})";
}
