using System.Collections.Immutable;
using System.Numerics;
using System.Numerics.Tensors;

namespace FastSeq;

/// <summary>
/// The pinball loss of quantiles τ: <c>loss = max(τ·(t - y), (τ - 1)·(t - y))</c>, <c>dy = y &gt; t ? 1 - τ : -τ</c>, 0 where they are equal; least where y is the τ-quantile of t
/// (Koenker and Bassett 1978, "Regression quantiles").
/// </summary>
/// <remarks>A model of d targets and q quantiles has d × q outputs: output <c>i * q + j</c> is quantile j of target i. A target row has d numbers.</remarks>
public sealed class QuantileLoss : LossFunction
{
    /// <summary>Makes the loss.</summary>
    /// <param name="quantiles">Each above 0 and below 1; at least one.</param>
    public QuantileLoss(params ReadOnlySpan<float> quantiles)
    {
        if (quantiles.IsEmpty) throw new ArgumentException("There must be at least one quantile.", nameof(quantiles));
        foreach (float quantile in quantiles)
        {
            if (!(quantile > 0 && quantile < 1)) throw new ArgumentOutOfRangeException(nameof(quantiles), quantile, "A quantile must be above 0 and below 1.");
        }

        Quantiles = [.. quantiles];
    }

    /// <summary>The quantiles, in the order of the outputs of a target.</summary>
    public ImmutableArray<float> Quantiles { get; }

    /// <inheritdoc/>
    public override LossKind Kind => LossKind.Quantile;

    internal override string TargetName => "value";

    /// <inheritdoc/>
    public override int TargetSize(int outputSize) => outputSize % Quantiles.Length == 0
        ? outputSize / Quantiles.Length
        : throw new ArgumentException($"{outputSize} outputs are not whole targets of {Quantiles.Length} quantiles.", nameof(outputSize));

    internal override LossEvaluator<T, TTarget> CreateEvaluator<T, TTarget>(in RunLimits limits) => (LossEvaluator<T, TTarget>)(object)new Evaluator<T>(Quantiles.AsSpan(), NearestToMedian);

    /// <summary>Where the quantile stands that is nearest to the median.</summary>
    internal int NearestToMedian
    {
        get
        {
            int nearest = 0;
            for (int j = 1; j < Quantiles.Length; j++)
            {
                if (Math.Abs(Quantiles[j] - 0.5f) < Math.Abs(Quantiles[nearest] - 0.5f)) nearest = j;
            }

            return nearest;
        }
    }

    sealed class Evaluator<T> : LossEvaluator<T, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        readonly int count, median;
        readonly Pinball<T> pinball;
        readonly T[] repeated;

        public Evaluator(ReadOnlySpan<float> quantiles, int median)
        {
            count = quantiles.Length;
            this.median = median;
            T[] up = ElementwiseEvaluator<T>.Repeat(quantiles), down = [.. up];
            TensorPrimitives.Subtract(T.One, up, up);
            TensorPrimitives.Negate(down, down);
            pinball = new Pinball<T>(up, down);
            repeated = new T[up.Length];
        }

        public override LossWeights Weights(ReadOnlySpan<T> targets, int outputs, int sequences) => new(outputs, targets.Length);

        public override WeightedMean Evaluate(in LossRows<T, T> rows, Span<T> gradients)
        {
            double terms = rows.Outputs.Length, sum = 0;
            T scale = T.CreateTruncating(1 / terms);
            for (int start = 0; start < rows.Outputs.Length; start += repeated.Length)
            {
                int length = Math.Min(repeated.Length, rows.Outputs.Length - start);
                ReadOnlySpan<T> targets = rows.Targets.Slice(start / count, length / count);
                for (int i = 0; i < targets.Length; i++) repeated.AsSpan(i * count, count).Fill(targets[i]);
                sum += pinball.SumOfBlock(
                    rows.Outputs.Slice(start, length), repeated.AsSpan(0, length), scale, gradients.IsEmpty ? gradients : gradients.Slice(start, length));
            }

            return new WeightedMean(sum, terms);
        }

        /// <summary>The mean absolute error of the quantile nearest to the median.</summary>
        public override WeightedMean Metric(in LossRows<T, T> rows)
        {
            double sum = 0;
            for (int i = 0; i < rows.Targets.Length; i++) sum += Math.Abs(double.CreateTruncating(rows.Outputs[(i * count) + median] - rows.Targets[i]));
            return new WeightedMean(sum, rows.Targets.Length);
        }
    }
}
