namespace FastSeq.Kernels;

/// <summary>A part's share in summing gradients up: of a bundle of sequences all sums, or those of some rows of each weight, where more threads than bundles are at work.</summary>
public readonly struct BundleShare
{
    private readonly int from, to, of;

    internal BundleShare(int bundle, int first, int last, int from, int to, int of)
    {
        Bundle = bundle;
        First = first;
        Last = last;
        this.from = from;
        this.to = to;
        this.of = of;
    }

    /// <summary>The number of the bundle.</summary>
    public int Bundle { get; }

    /// <summary>The first sequence of the bundle.</summary>
    public int First { get; }

    /// <summary>The sequence after the last.</summary>
    public int Last { get; }

    /// <summary>Whether no other part has a share in the bundle.</summary>
    public bool IsWhole => IsFirst && to == of;

    /// <summary>Whether no other part's share comes before.</summary>
    public bool IsFirst => from == 0;

    /// <summary>The part's share of <paramref name="count"/> things, in steps of <paramref name="step"/>.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="step">How many stay together.</param>
    /// <param name="first">The first of the share.</param>
    /// <param name="last">The one after the last.</param>
    public void Range(int count, int step, out int first, out int last) => Range(from, to, of, count, step, out first, out last);

    /// <summary>Shares <paramref name="from"/> to <paramref name="to"/> - 1 of <paramref name="of"/>.</summary>
    internal static void Range(int from, int to, int of, int count, int step, out int first, out int last)
    {
        int steps = (count + step - 1) / step;
        last = Math.Min(count, (int)((long)steps * to / of) * step);
        first = Math.Min(last, (int)((long)steps * from / of) * step);
    }
}
