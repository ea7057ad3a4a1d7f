using System.Numerics;
using System.Numerics.Tensors;
using FastSeq.Kernels;

namespace FastSeq;

/// <summary>The squared error of outputs y and targets t: <c>loss = (y - t)²</c>, <c>dy = 2·(y - t)</c>. PyTorch's <c>MSELoss</c>.</summary>
public sealed class MeanSquaredErrorLoss : LossFunction
{
    /// <inheritdoc/>
    public override LossKind Kind => LossKind.MeanSquaredError;

    internal override string TargetName => "value";

    /// <summary>The sum of the squared errors, added in a fixed order.</summary>
    /// <param name="outputs">The outputs of all rows.</param>
    /// <param name="targets">As many targets.</param>
    /// <param name="scale">Multiplies the gradients only; 1 / outputs for the mean loss.</param>
    /// <param name="dOutputs">Overwritten: the gradients; or empty. May be <paramref name="outputs"/> itself.</param>
    public static double Evaluate<T>(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, T scale, Span<T> dOutputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (outputs.Length != targets.Length) throw new ArgumentException($"{outputs.Length} outputs, but {targets.Length} targets.", nameof(targets));
        if (!dOutputs.IsEmpty && dOutputs.Length != outputs.Length)
            throw new ArgumentException($"{dOutputs.Length} gradients for {outputs.Length} outputs.", nameof(dOutputs));
        return Evaluator<T>.SumOf(outputs, targets, scale, dOutputs);
    }

    internal override LossEvaluator<T, TTarget> CreateEvaluator<T, TTarget>(in RunLimits limits) => (LossEvaluator<T, TTarget>)(object)new Evaluator<T>();

    sealed class Evaluator<T> : ElementwiseEvaluator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static double SumOf(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, T scale, Span<T> gradients)
        {
            T factor = scale + scale;
            double sum = 0;
            Span<T> memory = stackalloc T[Math.Min(outputs.Length, BlockLength)];
            for (int start = 0; start < outputs.Length; start += BlockLength)
            {
                int count = Math.Min(BlockLength, outputs.Length - start);
                Span<T> errors = memory[..count];
                TensorPrimitives.Subtract(outputs.Slice(start, count), targets.Slice(start, count), errors);
                sum += Reductions.SumOfSquares<T>(errors);
                if (!gradients.IsEmpty) TensorPrimitives.Multiply(errors, factor, gradients.Slice(start, count));
            }

            return sum;
        }

        protected override double Sum(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, T scale, Span<T> gradients) => SumOf(outputs, targets, scale, gradients);
    }
}
