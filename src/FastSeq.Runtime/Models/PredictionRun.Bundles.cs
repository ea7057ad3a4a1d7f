namespace FastSeq;

/// <content>Bundles of sequences, of which a part has some: those by which a small model sums up its gradients; and pairs of them.</content>
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

    /// <summary>The sequences from which on a batch has pairs.</summary>
    private const int LeastPaired = 8;

    /// <summary>Whether a layer keeps gradients for each pair of sequences, which then belong to one part.</summary>
    protected virtual bool HasPairs => false;

    /// <summary>The sequences whose gradients such a layer sums up together: it depends on the batch alone, so that the threads do not show in the sums.</summary>
    protected int SequencesTogether => HasPairs && Batch >= LeastPaired ? 2 : 1;

    /// <summary>Cuts the batch into parts.</summary>
    private void Divide()
    {
        Parts = Sharing.Begin(Rows, Info.FlopsPerStep, Threads, HasBundles);
        if (HasBundles)
        {
            Parts = Math.Max(1, Math.Min(Parts, BundleCount));
            packed.DivideBundles(Parts, BundleCount);
        }
        else
        {
            packed.Divide(Parts, together: SequencesTogether);
        }
    }
}
