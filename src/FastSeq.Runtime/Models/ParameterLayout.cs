using System.Collections.Immutable;

namespace FastSeq;

/// <summary>
/// Where the elements of one parameter lie in a model's flat buffer, which is laid out for computing and not for reading.
/// The parameter is seen as PyTorch does: rows × columns, row <c>gate * units + unit</c>; a bias has one column.
/// </summary>
/// <remarks>
/// Panels: the units in groups of <see cref="Lanes"/>, in each group the columns k one after the other, in each k the gates, in each gate the units:
/// <code>
/// panel p &lt; units / lanes:   offset + p·(columns·gates·lanes) + k·(gates·lanes) + position·lanes + unit mod lanes
/// the last units mod lanes:  the same with that many lanes, right after the full panels
/// </code>
/// </remarks>
public sealed class ParameterLayout
{
    readonly int offset;
    readonly ImmutableArray<GateRegion> gates;

    ParameterLayout(int offset, int units, int columns, int lanes, ImmutableArray<GateRegion> gates, int taps = 1)
    {
        Taps = taps;
        this.offset = offset;
        this.gates = gates;
        Units = units;
        Columns = columns;
        Lanes = lanes;
        Rows = gates.IsEmpty ? units : checked(units * gates.Length);
    }

    /// <summary>The number of rows: units times gates.</summary>
    public int Rows { get; }

    /// <summary>The number of columns: what one unit's sum runs over.</summary>
    public int Columns { get; }

    /// <summary>The rows of one gate.</summary>
    public int Units { get; }

    /// <summary>The units of a full panel; 0 where the rows simply follow each other.</summary>
    public int Lanes { get; }

    /// <summary>The gates in PyTorch's order; empty where the rows simply follow each other.</summary>
    public ImmutableArray<GateRegion> Gates => gates;

    /// <summary>
    /// The taps of a convolution: PyTorch's column is input * taps + tap, the k of the panels is tap * inputs + input. 1 of any other parameter.
    /// </summary>
    public int Taps { get; }

    /// <summary>Rows one after the other, as on disk.</summary>
    public static ParameterLayout Plain(int offset, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        return new ParameterLayout(offset, rows, columns, lanes: 0, gates: []);
    }

    /// <summary>Panels of units with their gates interleaved.</summary>
    /// <param name="units">The rows of one gate.</param>
    /// <param name="inner">The columns; 1 for a bias.</param>
    /// <param name="lanes">The units of a full panel.</param>
    /// <param name="gates">Where each gate lies, in PyTorch's order.</param>
    public static ParameterLayout Panels(int units, int inner, int lanes, params ReadOnlySpan<GateRegion> gates)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inner, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        if (gates.IsEmpty) throw new ArgumentException("At least one gate.", nameof(gates));
        foreach (GateRegion gate in gates)
        {
            if (gate.Offset < 0 || gate.Gates < 1 || (uint)gate.Position >= (uint)gate.Gates)
                throw new ArgumentException($"{gate} is not a place in a region.", nameof(gates));
        }

        return new ParameterLayout(0, units, inner, lanes, [.. gates]);
    }

    /// <summary>Panels of the units of a convolution, whose sums run over the inputs of one tap after the other.</summary>
    /// <param name="units">The channels that come out.</param>
    /// <param name="inputs">The channels that go in.</param>
    /// <param name="taps">The size of the kernel.</param>
    /// <param name="lanes">The units of a full panel.</param>
    /// <param name="region">Where the panels lie.</param>
    public static ParameterLayout Convolution(int units, int inputs, int taps, int lanes, GateRegion region)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(taps, 1);
        ParameterLayout panels = Panels(units, checked(inputs * taps), lanes, region);
        return new ParameterLayout(0, units, panels.Columns, lanes, panels.Gates, taps);
    }

    /// <summary>The index in the flat buffer of one element.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <param name="column">The column, from 0.</param>
    public long IndexOf(int row, int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns, nameof(column));
        long first = FirstOfRow(row, out int stride);
        return first + (long)PlaceOf(column) * stride;
    }

    /// <summary>One past the largest index of any element.</summary>
    public long End
    {
        get
        {
            long end = 0;
            int rowsToSee = gates.IsEmpty ? 1 : Rows;
            for (int row = Rows - rowsToSee; row < Rows; row++) end = Math.Max(end, IndexOf(row, Columns - 1) + 1);
            return end;
        }
    }

    /// <summary>Copies whole rows out of the flat buffer.</summary>
    /// <param name="flat">A model's flat buffer.</param>
    /// <param name="firstRow">The first row to copy.</param>
    /// <param name="rows">Overwritten: rows × columns, as on disk.</param>
    public void CopyRowsTo<T>(ReadOnlySpan<T> flat, int firstRow, Span<T> rows)
    {
        int count = RowCount(rows.Length);
        for (int i = 0; i < count; i++)
        {
            int index = checked((int)FirstOfRow(firstRow + i, out int stride));
            Span<T> row = rows.Slice(i * Columns, Columns);
            for (int k = 0; k < row.Length; k++) row[k] = flat[index + (PlaceOf(k) * stride)];
        }
    }

    /// <summary>Copies whole rows into the flat buffer.</summary>
    /// <param name="rows">Rows × columns, as on disk.</param>
    /// <param name="firstRow">The row of the buffer that the first of them is.</param>
    /// <param name="flat">A model's flat buffer; the elements of these rows are overwritten.</param>
    public void CopyRowsFrom<T>(ReadOnlySpan<T> rows, int firstRow, Span<T> flat)
    {
        int count = RowCount(rows.Length);
        for (int i = 0; i < count; i++)
        {
            int index = checked((int)FirstOfRow(firstRow + i, out int stride));
            ReadOnlySpan<T> row = rows.Slice(i * Columns, Columns);
            for (int k = 0; k < row.Length; k++) flat[index + (PlaceOf(k) * stride)] = row[k];
        }
    }

    int PlaceOf(int column) => Taps == 1 ? column : (column % Taps * (Columns / Taps)) + (column / Taps);

    int RowCount(int elements) => elements % Columns == 0
        ? elements / Columns
        : throw new ArgumentException($"{elements} elements are not whole rows of {Columns}.");

    long FirstOfRow(int row, out int stride)
    {
        if (gates.IsEmpty)
        {
            stride = 1;
            return offset + (long)row * Columns;
        }

        (int gateIndex, int unit) = Math.DivRem(row, Units);
        GateRegion gate = gates[gateIndex];
        (int panel, int lane) = Math.DivRem(unit, Lanes);
        int lanes = panel < Units / Lanes ? Lanes : Units % Lanes;
        stride = gate.Gates * lanes;
        return gate.Offset + (long)panel * Columns * gate.Gates * Lanes + (long)gate.Position * lanes + lane;
    }
}
