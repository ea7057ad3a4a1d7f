namespace FastSeq;

/// <content>The loss of a batch, its gradient and its metric, which a run whose outputs live on a device computes there.</content>
public abstract partial class SequenceRun<T, TInput, TTarget>
{
    /// <summary>Whether the current batch has targets.</summary>
    private protected bool HasTargets => hasTargets;

    /// <summary>The first row of outputs that has a loss; those before it have a gradient of 0.</summary>
    private protected int FirstLossRow => firstLossRow;

    /// <summary>The targets of the rows that have a loss.</summary>
    private protected ReadOnlySpan<TTarget> LossTargets => PackedTargets[(firstLossRow * Info.TargetSize)..];

    /// <summary>What the sums of loss and metric over <see cref="LossTargets"/> are divided by.</summary>
    private protected LossWeights LossWeights => loss.Weights(LossTargets, (OutputRowCount - firstLossRow) * Info.OutputSize, Batch);

    /// <summary>The labels of each sequence, in the order of the rows, where they have no places in time; else none.</summary>
    private protected ReadOnlySpan<int> TargetLengths => targetLengths.AsSpan(0, Info.Loss.AlignsTargets ? Batch : 0);

    /// <summary>The loss of the outputs; in training it writes the gradients by the outputs.</summary>
    private protected virtual WeightedMean EvaluateLoss()
    {
        if (loss.IsDivided)
        {
            Pool.Run(this, LossPhase, Threads);
        }

        if (Training && firstLossRow > 0)
        {
            OutputGradientRows[..(firstLossRow * Info.OutputSize)].Clear();
        }

        return sumsLossByBundle ? LossOfBundles : loss.Evaluate(LossRows, LossGradients);
    }

    /// <summary>The metric of the outputs.</summary>
    private protected virtual WeightedMean EvaluateMetric() => loss.Metric(LossRows);
}
