using System.Collections.Immutable;
using System.Numerics;
using System.Numerics.Tensors;
using FastSeq.Kernels;

namespace FastSeq;

/// <summary>
/// The cross-entropy of a yes or no for every output, from logits x and targets t from 0 to 1: <c>loss = (1 - t)·x + w·(max(-x, 0) + log(1 + exp(-|x|)))</c> with
/// <c>w = 1 + (p - 1)·t</c>, which overflows nowhere and is <c>-p·t·log σ(x) - (1 - t)·log(1 - σ(x))</c>; <c>dx = (1 - t) - w·σ(-x)</c>. PyTorch's <c>BCEWithLogitsLoss</c>.
/// </summary>
public sealed class BinaryCrossEntropyLoss : LossFunction
{
    /// <summary>Makes the loss.</summary>
    /// <param name="positiveWeights">p of each output, above 0: what its positives count; empty where all count 1.</param>
    public BinaryCrossEntropyLoss(params ReadOnlySpan<float> positiveWeights)
    {
        foreach (float weight in positiveWeights)
        {
            if (!(weight > 0 && float.IsFinite(weight))) throw new ArgumentOutOfRangeException(nameof(positiveWeights), weight, "A weight must be a finite number above 0.");
        }

        PositiveWeights = [.. positiveWeights];
    }

    /// <summary>What the positives of each output count; empty where all count 1.</summary>
    public ImmutableArray<float> PositiveWeights { get; }

    /// <inheritdoc/>
    public override LossKind Kind => LossKind.BinaryCrossEntropy;

    internal override string TargetName => "value";

    internal override int IndexOfWrong(ReadOnlySpan<float> targets) => targets.IndexOfAnyExceptInRange(0f, 1f);

    internal override int IndexOfWrong(ReadOnlySpan<double> targets) => targets.IndexOfAnyExceptInRange(0d, 1d);

    internal override string TargetRange(int outputSize) => "0 to 1";

    internal override LossEvaluator<T, TTarget> CreateEvaluator<T, TTarget>(in RunLimits limits)
    {
        if (!PositiveWeights.IsEmpty && PositiveWeights.Length != limits.OutputSize)
            throw new ArgumentException($"There are {PositiveWeights.Length} positive weights for {limits.OutputSize} outputs.", nameof(limits));
        return (LossEvaluator<T, TTarget>)(object)new Evaluator<T>(PositiveWeights.AsSpan());
    }

    sealed class Evaluator<T> : ElementwiseEvaluator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>p - 1 of the outputs of a block of whole rows; zeros where all weights are 1.</summary>
        readonly T[] surplus;
        readonly T[] work, positive, negative;

        public Evaluator(ReadOnlySpan<float> weights)
        {
            surplus = weights.IsEmpty ? Repeat([1]) : Repeat(weights);
            TensorPrimitives.Subtract(surplus, T.One, surplus);
            (work, positive, negative) = (new T[surplus.Length], new T[surplus.Length], new T[surplus.Length]);
        }

        public override bool IsSumOfNumbers => false;

        protected override double Sum(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, T scale, Span<T> gradients)
        {
            double sum = 0;
            for (int start = 0; start < outputs.Length; start += surplus.Length)
            {
                int count = Math.Min(surplus.Length, outputs.Length - start);
                sum += SumOfBlock(outputs.Slice(start, count), targets.Slice(start, count), scale, gradients.IsEmpty ? gradients : gradients.Slice(start, count));
            }

            return sum;
        }

        double SumOfBlock(ReadOnlySpan<T> x, ReadOnlySpan<T> t, T scale, Span<T> dx)
        {
            Span<T> y = work.AsSpan(0, x.Length), w = positive.AsSpan(0, x.Length), rest = negative.AsSpan(0, x.Length);
            TensorPrimitives.MultiplyAdd(surplus.AsSpan(0, x.Length), t, T.One, w);
            TensorPrimitives.Subtract(T.One, t, rest);
            if (!dx.IsEmpty)
            {
                TensorPrimitives.Negate(x, y);
                Activations.Sigmoid(y);
                TensorPrimitives.Multiply(y, w, y);
                TensorPrimitives.Subtract(rest, y, y);
                TensorPrimitives.Multiply(y, scale, dx);
            }

            // (1 - t)·x first, so that a buffer is free for min(x, 0).
            TensorPrimitives.Multiply(rest, x, rest);
            Elementwise.Map(y.Length, in x[0], ref y[0], default(SoftplusOfNegativeSize<T>));
            TensorPrimitives.MultiplyAdd(y, w, rest, rest);
            TensorPrimitives.Min(x, T.Zero, y);
            TensorPrimitives.Multiply(y, w, y);
            TensorPrimitives.Subtract(rest, y, y);
            return Reductions.Sum<T>(y);
        }

        /// <summary>The share of outputs on the right side: above 0 where the target is above 1/2.</summary>
        public override WeightedMean Metric(in LossRows<T, T> rows)
        {
            T half = T.CreateChecked(0.5);
            int right = 0;
            for (int i = 0; i < rows.Outputs.Length; i++)
            {
                if (rows.Outputs[i] > T.Zero == rows.Targets[i] > half) right++;
            }

            return new WeightedMean(right, rows.Outputs.Length);
        }
    }
}
