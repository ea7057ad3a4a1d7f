using FastSeq.Kernels;

namespace FastSeq;

/// <content>Bundles of sequences, by which models sum up their gradients; and pairs of them.</content>
public abstract partial class PredictionRun<T, TInput>
{
    /// <summary>Whether the parts of a batch consist of bundles.</summary>
    protected virtual bool HasBundles => false;

    /// <summary>Whether the sequences lie bundle by bundle, and gradients are summed up in shares of bundles.</summary>
    protected virtual bool SharesBundles => false;

    /// <summary>The most bundles of a batch, at least 1.</summary>
    protected int MostBundles => SharesBundles ? Bundles.OfLarger(MaxBatch) : Math.Max(1, Bundles.Of(MaxBatch));

    /// <summary>The bundles of the batch.</summary>
    private protected int BundleCount => SharesBundles ? packed.LayoutBundles : Bundles.Of(Batch);

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

    /// <summary>A share of a part in the bundles, which the parts divide evenly: where there are twice as many bundles as parts, each has two whole ones.</summary>
    /// <param name="part">The part.</param>
    /// <param name="number">Its first share is number 0.</param>
    /// <param name="share">The share.</param>
    /// <returns>Whether the part has so many shares.</returns>
    protected bool TakeShare(int part, int number, out BundleShare share)
    {
        int bundle = (part * BundleCount / Parts) + number;
        int from = Math.Max(part * BundleCount, bundle * Parts), to = Math.Min((part + 1) * BundleCount, (bundle + 1) * Parts);
        if (from >= to)
        {
            share = default;
            return false;
        }

        SequencesOfBundle(bundle, out int first, out int last);
        share = new BundleShare(bundle, first, last, from - (bundle * Parts), to - (bundle * Parts), Parts);
        return true;
    }

    /// <summary>The rows of a share's bundle, which follow each other.</summary>
    /// <param name="share">The share.</param>
    /// <param name="first">The first row.</param>
    /// <param name="count">The rows of all time steps.</param>
    protected void RowsOf(scoped in BundleShare share, out int first, out int count)
    {
        first = count = 0;
        if (share.First < share.Last)
        {
            first = RowOf(0, share.First);
            count = RowOf(TimeSteps, share.First) - first;
        }
    }

    /// <summary>
    /// The end of the time steps from <paramref name="timeStep"/> on whose rows in a share's bundle, and those of whose previous states, follow each other without a gap;
    /// <paramref name="timeStep"/> itself where no sequence goes on.
    /// </summary>
    protected int EndOfEvenSteps(scoped in BundleShare share, int timeStep) => EndOfEvenSteps(share.First, share.Last, timeStep);

    /// <summary>The same of sequences first to last - 1.</summary>
    private protected int EndOfEvenSteps(int first, int last, int timeStep)
    {
        int count = RowsAt(timeStep, first, last), end = timeStep;
        while (count > 0 && end < TimeSteps && RowsAt(end, first, last) == count && PreviousRowOf(end, first) == PreviousRowOf(timeStep, first) + ((end - timeStep) * count))
        {
            end++;
        }

        return end;
    }

    /// <summary>The sequences of a share's bundle that still go on at a time step.</summary>
    protected int GoingOn(scoped in BundleShare share, int timeStep) => RowsAt(timeStep, share.First, share.Last);

    /// <summary>A stretch of a part's sequences that lies time step by time step.</summary>
    /// <param name="part">The part.</param>
    /// <param name="number">The number of the stretch, from 0 on.</param>
    /// <param name="first">Its first sequence.</param>
    /// <param name="last">The sequence after its last.</param>
    /// <returns>Whether the part has so many.</returns>
    protected bool TakeStretch(int part, int number, out int first, out int last) => packed.TakeStretch(packed.FirstOfPart(part), packed.FirstOfPart(part + 1), number, out first, out last);

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
            packed.DivideBundles(BundleCount);
            packed.UniteBundles(Parts, BundleCount);
        }
        else
        {
            packed.Divide(Parts, together: SequencesTogether);
        }
    }
}
