using System.Numerics;

namespace FastSeq;

/// <summary>A loss that is a mean over all outputs, each with a target of its own. The metric is the mean absolute error.</summary>
abstract class ElementwiseEvaluator<T> : LossEvaluator<T, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Numbers that stay in the first-level cache from one pass over them to the next.</summary>
    public const int BlockLength = 1024;

    public sealed override LossWeights Weights(ReadOnlySpan<T> targets, int outputs, int sequences) => new(outputs, outputs);

    public sealed override WeightedMean Evaluate(in LossRows<T, T> rows, Span<T> gradients)
    {
        double terms = rows.Outputs.Length;
        return new WeightedMean(Sum(rows.Outputs, rows.Targets, T.CreateTruncating(1 / terms), gradients), terms);
    }

    /// <summary>Not where <see cref="Sum"/> keeps scratch memory in the evaluator: several threads may each ask for the sum of some rows.</summary>
    public override bool IsSumOfNumbers => true;

    public sealed override double SumSteps(int steps, int count, int apart, ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, double terms, Span<T> gradients) =>
        SumSteps(steps, count, apart, outputs, targets, T.CreateTruncating(1 / terms), gradients);

    public override WeightedMean Metric(in LossRows<T, T> rows) =>
        new(MeanAbsoluteErrorLoss.Sum(rows.Outputs, rows.Targets), rows.Outputs.Length);

    /// <summary>The sum of the losses of all outputs, in a fixed order.</summary>
    /// <param name="outputs">The outputs of all rows.</param>
    /// <param name="targets">The targets of all rows.</param>
    /// <param name="scale">Multiplies the gradients only.</param>
    /// <param name="gradients">Overwritten; or empty.</param>
    protected abstract double Sum(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, T scale, Span<T> gradients);

    /// <summary>The sum of the losses of whole rows at some time steps, in a fixed order.</summary>
    /// <param name="steps">The time steps.</param>
    /// <param name="count">The numbers of a time step.</param>
    /// <param name="apart">The numbers from the first of a time step to the first of the next.</param>
    /// <param name="outputs">The outputs from the first row on.</param>
    /// <param name="targets">As many targets.</param>
    /// <param name="scale">Multiplies the gradients only.</param>
    /// <param name="gradients">Overwritten where the outputs are; or empty.</param>
    protected virtual double SumSteps(int steps, int count, int apart, ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, T scale, Span<T> gradients)
    {
        double sum = 0;
        for (int step = 0, start = 0; step < steps; step++, start += apart)
        {
            sum += Sum(outputs.Slice(start, count), targets.Slice(start, count), scale, gradients.IsEmpty ? [] : gradients.Slice(start, count));
        }

        return sum;
    }

    /// <summary>A row of constants, one an output, repeated until it fills a block of whole rows.</summary>
    public static T[] Repeat(ReadOnlySpan<float> row)
    {
        var block = new T[Math.Max(1, BlockLength / row.Length) * row.Length];
        for (int i = 0; i < block.Length; i++) block[i] = T.CreateChecked(row[i % row.Length]);
        return block;
    }
}
