namespace FastSeq.Generators.Plan;

/// <summary>
/// Where a weight lies in the flat buffer: panels of <paramref name="Lanes"/> units, <c>[panel][k][gate][lane]</c>, then one narrow panel of the units left over.
/// A bias is a region with one row.
/// </summary>
/// <param name="Offset">The first element in the flat buffer.</param>
/// <param name="Inner">The rows of a panel: the length of what the weight multiplies.</param>
/// <param name="Gates">The gates side by side in a row.</param>
/// <param name="Units">The units of the layer.</param>
/// <param name="Lanes">The units of a full panel.</param>
internal sealed record Region(int Offset, int Inner, int Gates, int Units, int Lanes)
{
    public int FullPanels => Units / Lanes;

    public int NarrowUnits => Units % Lanes;

    public int PanelStride => Inner * Gates * Lanes;

    public int NarrowOffset => Offset + (FullPanels * PanelStride);

    public int Length => Inner * Gates * Units;
}
