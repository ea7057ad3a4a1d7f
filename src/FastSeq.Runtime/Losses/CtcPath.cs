namespace FastSeq;

/// <summary>A path of classes, one a time step, becoming labels: repetitions are joined and blanks taken out.</summary>
/// <param name="labels">Overwritten from the start; an error where it is too short.</param>
/// <param name="blank">The class that is the blank.</param>
ref struct CtcPath(Span<int> labels, int blank)
{
    readonly Span<int> labels = labels;
    readonly int blank = blank;
    int previous = -1;

    public int Count { get; private set; }

    public readonly ReadOnlySpan<int> Labels => labels[..Count];

    public void Add(int next)
    {
        if (next != blank && next != previous)
        {
            if (Count == labels.Length) throw new ArgumentException($"There is room for {labels.Length} labels, and there are more; there are never more than time steps.", nameof(labels));
            labels[Count++] = next;
        }

        previous = next;
    }
}
