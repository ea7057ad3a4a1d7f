using System.Runtime.CompilerServices;
using FastSeq.Kernels;

namespace FastSeq;

/// <content>Gradients that are sums of those of bundles: of a small model, whose loss is one, too; and of a larger one, whose threads share the bundles.</content>
public abstract partial class SequenceRun<T, TInput, TTarget>
{
    private readonly double[] lossOfBundle = new double[Bundles.Most];
    private bool sumsLossByBundle;

    private WeightedMean LossOfBundles
    {
        get
        {
            double sum = 0;
            foreach (double ofBundle in lossOfBundle.AsSpan(0, BundleCount))
            {
                sum += ofBundle;
            }

            return new WeightedMean(sum, LossRows.Outputs.Length);
        }
    }

    /// <summary>The loss of the bundles of a part and its gradients, where a loss is a sum over numbers: no thread reads what another has just written.</summary>
    private protected override void EndForward(int part)
    {
        if (!sumsLossByBundle)
        {
            return;
        }

        BundleRange(part, out int firstBundle, out int lastBundle);
        for (int bundle = firstBundle; bundle < lastBundle; bundle++)
        {
            SequencesOfBundle(bundle, out int first, out int last);
            lossOfBundle[bundle] = Info.LastStepOnly ? LossOf(first, 1, last - first, 0) : LossOfSteps(first, last);
        }
    }

    private double LossOfSteps(int first, int last)
    {
        double sum = 0;
        for (int t = 0, end; t < TimeSteps && first < BatchSize(t); t = end)
        {
            end = EndOfEvenSteps(t);
            sum += LossOf(RowOf(t, first), end - t, Math.Min(last, BatchSize(t)) - first, BatchSize(t));
        }

        return sum;
    }

    private double LossOf(int row, int steps, int rows, int apart)
    {
        int size = Info.OutputSize;
        LossRows<T, TTarget> all = LossRows;
        return loss.SumSteps(steps, rows * size, apart * size, all.Outputs[(row * size)..], all.Targets[(row * size)..], all.Outputs.Length, Training ? LossGradients[(row * size)..] : []);
    }

    /// <summary>Where the gradients of a bundle are summed up: those of the first where all will be in the end.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="offset">The first of them in <see cref="Gradients"/>.</param>
    /// <param name="stride">The elements from a bundle to the next.</param>
    /// <param name="others">The gradients of each bundle but the first.</param>
    protected ref T SumsOfBundle(int bundle, int offset, int stride, ref T others)
    {
        if (bundle == 0)
        {
            return ref Gradient(offset);
        }

        return ref Unsafe.Add(ref others, (nint)(bundle - 1) * stride);
    }

    /// <summary>Adds all other bundles, in their order, to the first: a part of them.</summary>
    /// <param name="part">The part.</param>
    /// <param name="offset">The first gradient in <see cref="Gradients"/>.</param>
    /// <param name="count">How many.</param>
    /// <param name="stride">The elements from a bundle to the next.</param>
    /// <param name="others">The gradients of the second bundle.</param>
    protected void AddOtherBundles(int part, int offset, int count, int stride, ref T others)
    {
        Range(part, count, 16, out int first, out int last);
        for (int bundle = 1; bundle < BundleCount; bundle++)
        {
            Add(ref Unsafe.Add(ref others, ((nint)(bundle - 1) * stride) + first), last - first, ref Gradient(offset + first));
        }
    }

    /// <summary>Clears the gradients of bundles that several parts have a share in: before any of them adds to them.</summary>
    /// <param name="part">The part.</param>
    /// <param name="offset">The first gradient in <see cref="Gradients"/>.</param>
    /// <param name="length">The elements of a bundle.</param>
    /// <param name="stride">The elements from a bundle to the next.</param>
    /// <param name="others">The gradients of each bundle but the first.</param>
    protected void ClearSharedBundles(int part, int offset, int length, int stride, ref T others)
    {
        for (int number = 0; TakeShare(part, number, out BundleShare share); number++)
        {
            if (share is { IsFirst: true, IsWhole: false })
            {
                Clear(ref SumsOfBundle(share.Bundle, offset, stride, ref others), length);
            }
        }
    }
}
