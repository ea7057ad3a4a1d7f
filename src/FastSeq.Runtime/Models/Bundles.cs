namespace FastSeq;

/// <summary>Into how many bundles of sequences the sums of a small model's gradients are cut. It depends on the batch alone, so that the threads do not show in the sums.</summary>
internal static class Bundles
{
    /// <summary>The most bundles of a batch.</summary>
    public const int Most = 16;

    /// <summary>The bundles of a batch: of eight sequences, but four where there are few.</summary>
    public static int Of(int batch) => Math.Clamp(batch / 8, Math.Min(batch, 4), Most);
}
