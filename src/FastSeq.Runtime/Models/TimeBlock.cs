using FastSeq.Kernels;

namespace FastSeq;

/// <summary>
/// The time steps that a part of the sequences goes through layer by layer before it goes on to the next ones: so few that what a layer leaves for the next
/// is still in the cache.
/// </summary>
/// <param name="part">The part.</param>
/// <param name="firstSequence">Its first sequence, longest first.</param>
/// <param name="endSequence">The sequence after its last.</param>
/// <param name="begin">The first time step.</param>
/// <param name="end">The time step after the last.</param>
/// <param name="rows">The rows of the part's sequences in these time steps.</param>
/// <param name="sumsRows">The rows of the buffer of sums that the panels lie apart.</param>
/// <param name="sumsStart">The row of the buffer of sums from which on the block's sums lie.</param>
public readonly ref struct TimeBlock(int part, int firstSequence, int endSequence, int begin, int end, ReadOnlySpan<RowSpan> rows, int sumsRows, int sumsStart)
{
    /// <summary>The part.</summary>
    public int Part { get; } = part;

    /// <summary>The first sequence of the part, longest first.</summary>
    public int FirstSequence { get; } = firstSequence;

    /// <summary>The sequence after the last of the part.</summary>
    public int EndSequence { get; } = endSequence;

    /// <summary>The first time step.</summary>
    public int Begin { get; } = begin;

    /// <summary>The time step after the last.</summary>
    public int End { get; } = end;

    /// <summary>The rows of the part's sequences in these time steps.</summary>
    public ReadOnlySpan<RowSpan> Rows { get; } = rows;

    /// <summary>The rows of the buffer of sums that the panels lie apart.</summary>
    public int SumsRows { get; } = sumsRows;

    /// <summary>The row of the buffer of sums from which on the block's sums lie.</summary>
    public int SumsStart { get; } = sumsStart;
}
