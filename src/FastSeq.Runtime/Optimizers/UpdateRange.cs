namespace FastSeq;

/// <summary>Numbers side by side that an optimizer treats alike.</summary>
/// <param name="Start">The first.</param>
/// <param name="End">The one after the last.</param>
/// <param name="Decays">Whether weight decay pulls them.</param>
readonly record struct UpdateRange(int Start, int End, bool Decays)
{
    /// <summary>The first of some ranges, in ascending order, that ends after an index: by halving.</summary>
    public static int FirstEndingAfter(ReadOnlySpan<UpdateRange> ranges, int index)
    {
        int first = 0, last = ranges.Length;
        while (first < last)
        {
            int middle = (first + last) >>> 1;
            if (ranges[middle].End > index) last = middle;
            else first = middle + 1;
        }

        return first;
    }
}
