using System.Numerics;

namespace FastSeq;

/// <summary>The outputs and the targets of a batch, in the order in which a run works on them.</summary>
readonly ref struct LossRows<T, TTarget>
{
    /// <summary>Rows × <see cref="OutputSize"/>.</summary>
    public required ReadOnlySpan<T> Outputs { get; init; }

    /// <summary>The numbers in a row of outputs.</summary>
    public required int OutputSize { get; init; }

    /// <summary>Rows × the size of a target row; or the targets of the sequences one after the other, where they have lengths of their own.</summary>
    public required ReadOnlySpan<TTarget> Targets { get; init; }

    /// <summary>The time steps of each sequence, longest first.</summary>
    public ReadOnlySpan<int> Lengths { get; init; }

    /// <summary>The row of the longest sequence at each time step; those of the others follow it. Only where targets have lengths of their own.</summary>
    public ReadOnlySpan<int> RowStarts { get; init; }

    /// <summary>The length of each sequence's target, where they have lengths of their own.</summary>
    public ReadOnlySpan<int> TargetLengths { get; init; }

    /// <summary>The row of outputs of a sequence at a time step.</summary>
    public ReadOnlySpan<T> Row(int timeStep, int sequence) => Outputs.Slice((RowStarts[timeStep] + sequence) * OutputSize, OutputSize);
}

/// <summary>The sizes that a run is made for.</summary>
/// <param name="OutputSize">The numbers in a row of outputs.</param>
/// <param name="MaxBatch">The most sequences.</param>
/// <param name="MaxTimeSteps">The most time steps of a sequence.</param>
/// <param name="Threads">The parts that work is divided into.</param>
readonly record struct RunLimits(int OutputSize, int MaxBatch, int MaxTimeSteps, int Threads);

/// <summary>What the sums of a batch are divided by.</summary>
/// <param name="Loss">The number of the loss's terms, or the sum of their weights.</param>
/// <param name="Metric">The number of the metric's terms.</param>
readonly record struct LossWeights(double Loss, double Metric);

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
    /// <summary>Whether threads do <see cref="EvaluatePart"/> before <see cref="Evaluate"/> adds up.</summary>
    public virtual bool IsDivided => false;

    /// <summary>Computes the sequences of a part; parts run at the same time.</summary>
    public virtual void EvaluatePart(int part, in LossRows<T, TTarget> rows, Span<T> gradients)
    {
    }

    /// <summary>Whether it is the mean of a term for each number of the outputs: then <see cref="SumSteps"/> computes that of some of them.</summary>
    public virtual bool IsSumOfNumbers => false;

    /// <summary>The sum of the terms of some rows of each of some time steps.</summary>
    /// <param name="steps">The time steps.</param>
    /// <param name="count">The numbers of a time step.</param>
    /// <param name="apart">The numbers from the first of a time step to the first of the next.</param>
    /// <param name="outputs">The outputs from the first row on.</param>
    /// <param name="targets">As many targets.</param>
    /// <param name="terms">The terms of the whole batch.</param>
    /// <param name="gradients">Overwritten where the outputs are: the gradient of the mean loss; or empty.</param>
    public virtual double SumSteps(int steps, int count, int apart, ReadOnlySpan<T> outputs, ReadOnlySpan<TTarget> targets, double terms, Span<T> gradients) =>
        throw new NotSupportedException();

    /// <summary>What the sums over some targets are divided by, where the outputs do not matter for it.</summary>
    /// <param name="targets">The targets.</param>
    /// <param name="outputs">How many numbers their outputs have.</param>
    /// <param name="sequences">How many sequences they are of.</param>
    public abstract LossWeights Weights(ReadOnlySpan<TTarget> targets, int outputs, int sequences);

    /// <summary>The mean loss of a batch.</summary>
    /// <param name="rows">The batch.</param>
    /// <param name="gradients">Overwritten: the gradient of the mean loss by each output; or empty.</param>
    public abstract WeightedMean Evaluate(in LossRows<T, TTarget> rows, Span<T> gradients);

    /// <summary>The metric that fits the loss.</summary>
    public abstract WeightedMean Metric(in LossRows<T, TTarget> rows);
}
