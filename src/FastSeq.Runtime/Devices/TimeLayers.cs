using System.Collections.Immutable;

namespace FastSeq.Devices;

/// <summary>How the time steps of a sequence become one row.</summary>
public enum DevicePooling
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Their maximum, number by number.</summary>
    Maximum,

    /// <summary>Their sum, weighted by the softmax over time of query·x.</summary>
    Attention,
}

/// <summary>All time steps of each sequence as one row.</summary>
public sealed class PoolingLayer : DeviceLayer
{
    /// <summary>How.</summary>
    public required DevicePooling Kind { get; init; }

    /// <summary>The query of an attention, [1, size]; -1 for none.</summary>
    public int Query { get; init; } = -1;

    /// <summary>What a stream keeps.</summary>
    public required CellValue State { get; init; }
}

/// <summary>The rows that each output of a convolution reads, side by side, one tap after the other.</summary>
public sealed class WindowLayer : DeviceLayer
{
    /// <summary>Which rows make a window.</summary>
    public required int Taps { get; init; }

    /// <summary>The time steps from a row of a window to the next.</summary>
    public required int Dilation { get; init; }

    /// <summary>The time steps from a window to the next.</summary>
    public required int Stride { get; init; }

    /// <summary>Where zeros stand in for time steps.</summary>
    public required Padding Padding { get; init; }

    /// <summary>How many, on both sides.</summary>
    public int PaddingSize { get; init; }

    /// <summary>What a stream keeps: the rows before its next time step, and with a stride the time steps to the next output; null for nothing.</summary>
    public CellValue? State { get; init; }
}

/// <summary>The features of a time step without those that are tokens, then the row of a table for each of these.</summary>
public sealed class ColumnsLayer : DeviceLayer
{
    /// <summary>The features that stay, in stretches side by side.</summary>
    public required ImmutableArray<KeptColumns> Kept { get; init; }

    /// <summary>The features that are tokens.</summary>
    public required ImmutableArray<TableColumn> Tables { get; init; }
}

/// <summary>Features that stay, side by side.</summary>
/// <param name="First">The first feature.</param>
/// <param name="Count">How many.</param>
/// <param name="Place">Where in the output row.</param>
public readonly record struct KeptColumns(int First, int Count, int Place);

/// <summary>A feature that is a token.</summary>
/// <param name="Column">The number of the feature.</param>
/// <param name="Size">The numbers of a row of its table.</param>
/// <param name="Place">Where in the output row.</param>
/// <param name="Table">The table, [vocabulary, size].</param>
/// <param name="IsFrozen">Whether training leaves it as it is.</param>
public readonly record struct TableColumn(int Column, int Size, int Place, int Table, bool IsFrozen);

/// <summary>A recurrent layer whose sums are normalised over all units of a row: z = LN(W_ih·x) + LN(W_hh·h).</summary>
public sealed class NormalizedLayer : DeviceLayer
{
    /// <summary>Whether it is a GRU, whose n is normalised apart from r and z; else an LSTM, which normalises c on its way into h, too.</summary>
    public required bool IsGru { get; init; }

    /// <summary>Added to variances.</summary>
    public required double Epsilon { get; init; }

    /// <summary>W_ih, [gates * units, input].</summary>
    public required int InputWeight { get; init; }

    /// <summary>W_hh, [gates * units, units].</summary>
    public required int HiddenWeight { get; init; }

    /// <summary>The weight of the normalisation of W_ih·x; its bias is the next parameter.</summary>
    public required int InputNorm { get; init; }

    /// <summary>The weight of the normalisation of W_hh·h; its bias is the next parameter.</summary>
    public required int HiddenNorm { get; init; }

    /// <summary>The weight of the normalisation of c; its bias is the next parameter. -1 of a GRU.</summary>
    public int CellNorm { get; init; } = -1;

    /// <summary>What goes from one time step to the next: h, then c.</summary>
    public required ImmutableArray<CellValue> States { get; init; }
}
