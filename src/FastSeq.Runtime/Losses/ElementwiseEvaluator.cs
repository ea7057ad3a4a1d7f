using System.Numerics;

namespace FastSeq;

/// <summary>A loss that is a mean over all outputs, each with a target of its own. The metric is the mean absolute error.</summary>
abstract class ElementwiseEvaluator<T> : LossEvaluator<T, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Numbers that stay in the first-level cache from one pass over them to the next.</summary>
    public const int BlockLength = 1024;

    public sealed override WeightedMean Evaluate(in LossRows<T, T> rows, Span<T> gradients)
    {
        double terms = rows.Outputs.Length;
        return new WeightedMean(Sum(rows.Outputs, rows.Targets, T.CreateTruncating(1 / terms), gradients), terms);
    }

    public override WeightedMean Metric(in LossRows<T, T> rows) =>
        new(MeanAbsoluteErrorLoss.Sum(rows.Outputs, rows.Targets), rows.Outputs.Length);

    /// <summary>The sum of the losses of all outputs, in a fixed order.</summary>
    /// <param name="outputs">The outputs of all rows.</param>
    /// <param name="targets">The targets of all rows.</param>
    /// <param name="scale">Multiplies the gradients only.</param>
    /// <param name="gradients">Overwritten; or empty.</param>
    protected abstract double Sum(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, T scale, Span<T> gradients);

    /// <summary>A row of constants, one an output, repeated until it fills a block of whole rows.</summary>
    public static T[] Repeat(ReadOnlySpan<float> row)
    {
        var block = new T[Math.Max(1, BlockLength / row.Length) * row.Length];
        for (int i = 0; i < block.Length; i++) block[i] = T.CreateChecked(row[i % row.Length]);
        return block;
    }
}
