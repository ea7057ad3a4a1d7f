namespace FastSeq;

/// <summary>Into how many bundles of sequences the sums of a model's gradients are cut. It depends on the batch alone, so that the threads do not show in the sums.</summary>
internal static class Bundles
{
    /// <summary>The most bundles of a batch.</summary>
    public const int Most = 16;

    /// <summary>The most bundles of a batch of a larger model, whose sums take longer to add.</summary>
    private const int MostOfLarger = 4;

    /// <summary>The bundles of a batch of a small model: of eight sequences, but four where there are few.</summary>
    public static int Of(int batch) => Math.Clamp(batch / 8, Math.Min(batch, 4), Most);

    /// <summary>The bundles of a batch of a larger model, at least one: two from 16 sequences on, of 16 sequences in larger batches. The fewer rows a product has, the longer it takes for each.</summary>
    /// <param name="batch">The sequences.</param>
    public static int OfLarger(int batch) => batch < 16 ? 1 : Math.Clamp(batch / 16, 2, MostOfLarger);
}
