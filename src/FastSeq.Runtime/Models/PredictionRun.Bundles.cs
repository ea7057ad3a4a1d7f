namespace FastSeq;

/// <content>Bundles of sequences, of which a part has some: those by which a small model sums up its gradients.</content>
public abstract partial class PredictionRun<T, TInput>
{
    /// <summary>Whether the parts of a batch consist of bundles.</summary>
    protected virtual bool HasBundles => false;

    /// <summary>The most bundles of a batch, at least 1.</summary>
    protected int MostBundles => Math.Max(1, Bundles.Of(MaxBatch));

    /// <summary>The bundles of the batch.</summary>
    private protected int BundleCount => Bundles.Of(Batch);

    /// <summary>The bundles of a part.</summary>
    protected void BundleRange(int part, out int first, out int last)
    {
        first = BundleCount * part / Parts;
        last = BundleCount * (part + 1) / Parts;
    }

    /// <summary>The sequences of a bundle.</summary>
    protected void SequencesOfBundle(int bundle, out int first, out int last)
    {
        first = packed.FirstOfBundle(bundle);
        last = packed.FirstOfBundle(bundle + 1);
    }

    /// <summary>Cuts the batch into parts.</summary>
    private void Divide()
    {
        Parts = BatchParts.Of(Rows, Info.FlopsPerStep, Threads, HasBundles);
        if (HasBundles)
        {
            Parts = Math.Max(1, Math.Min(Parts, BundleCount));
            packed.Divide(Parts, BundleCount);
        }
        else
        {
            packed.Divide(Parts);
        }
    }
}
