namespace FastSeq.Kernels;

/// <summary>Rows that follow each other, in what a layer reads and in the buffer of sums that it writes.</summary>
/// <param name="First">The first row of the layer's input and output.</param>
/// <param name="SumsFirst">The first row of the sums.</param>
/// <param name="Count">The number of rows.</param>
public readonly record struct RowSpan(int First, int SumsFirst, int Count)
{
    /// <summary>The row after the last.</summary>
    public int End => First + Count;
}
