using System.Numerics;
using System.Numerics.Tensors;
using FastSeq.Kernels;

namespace FastSeq;

/// <summary>The absolute error of outputs y and targets t: <c>loss = |y - t|</c>, <c>dy = sign(y - t)</c>, 0 where they are equal. PyTorch's <c>L1Loss</c>.</summary>
public sealed class MeanAbsoluteErrorLoss : LossFunction
{
    /// <inheritdoc/>
    public override LossKind Kind => LossKind.MeanAbsoluteError;

    internal override string TargetName => "value";

    /// <summary>The sum of the absolute errors, added in a fixed order.</summary>
    internal static double Sum<T>(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        Span<T> memory = stackalloc T[Math.Min(outputs.Length, ElementwiseEvaluator<T>.BlockLength)];
        for (int start = 0; start < outputs.Length; start += ElementwiseEvaluator<T>.BlockLength)
        {
            int count = Math.Min(ElementwiseEvaluator<T>.BlockLength, outputs.Length - start);
            Span<T> errors = memory[..count];
            TensorPrimitives.Subtract(outputs.Slice(start, count), targets.Slice(start, count), errors);
            TensorPrimitives.Abs(errors, errors);
            sum += Reductions.Sum<T>(errors);
        }

        return sum;
    }

    internal override LossEvaluator<T, TTarget> CreateEvaluator<T, TTarget>(in RunLimits limits) => (LossEvaluator<T, TTarget>)(object)new Evaluator<T>();

    sealed class Evaluator<T> : ElementwiseEvaluator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // |e| is the pinball of the slopes 1 and -1.
        readonly Pinball<T> pinball = new(Repeat([1]), Repeat([-1]));

        public override bool IsSumOfNumbers => false;

        protected override double Sum(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, T scale, Span<T> gradients)
        {
            double sum = 0;
            for (int start = 0; start < outputs.Length; start += pinball.BlockLength)
            {
                int count = Math.Min(pinball.BlockLength, outputs.Length - start);
                sum += pinball.SumOfBlock(outputs.Slice(start, count), targets.Slice(start, count), scale, gradients.IsEmpty ? gradients : gradients.Slice(start, count));
            }

            return sum;
        }
    }
}
