using System.Numerics;

namespace FastSeq;

/// <summary>The outputs and the targets of a batch, in the order in which a run works on them.</summary>
readonly ref struct LossRows<T, TTarget>
{
    /// <summary>Rows × <see cref="OutputSize"/>.</summary>
    public required ReadOnlySpan<T> Outputs { get; init; }

    /// <summary>The numbers in a row of outputs.</summary>
    public required int OutputSize { get; init; }

    /// <summary>Rows × the size of a target row.</summary>
    public required ReadOnlySpan<TTarget> Targets { get; init; }
}

/// <summary>A mean as its two parts, so that those of batches make the mean of an epoch exactly.</summary>
/// <param name="Sum">The sum of the terms.</param>
/// <param name="Weight">What it is divided by: the number of terms, or the sum of their weights.</param>
readonly record struct WeightedMean(double Sum, double Weight)
{
    /// <summary>The mean; 0 of no terms.</summary>
    public double Value => Weight == 0 ? 0 : Sum / Weight;

    /// <summary>The mean of the terms of both.</summary>
    public static WeightedMean operator +(WeightedMean left, WeightedMean right) => new(left.Sum + right.Sum, left.Weight + right.Weight);
}

/// <summary>Computes a loss, its gradient and its metric in one run; allocates nothing.</summary>
abstract class LossEvaluator<T, TTarget>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TTarget : unmanaged
{
    /// <summary>The mean loss of a batch.</summary>
    /// <param name="rows">The batch.</param>
    /// <param name="gradients">Overwritten: the gradient of the mean loss by each output; or empty.</param>
    public abstract WeightedMean Evaluate(in LossRows<T, TTarget> rows, Span<T> gradients);

    /// <summary>The metric that fits the loss.</summary>
    public abstract WeightedMean Metric(in LossRows<T, TTarget> rows);
}
