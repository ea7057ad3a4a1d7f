using System.Numerics;
using System.Numerics.Tensors;
using FastSeq.Kernels;

namespace FastSeq;

/// <summary>
/// Huber's loss of errors <c>e = y - t</c>: <c>e²/2</c> where <c>|e| ≤ δ</c>, else <c>δ·(|e| - δ/2)</c>; <c>dy</c> is e, kept from -δ to δ. PyTorch's <c>HuberLoss</c>
/// (Huber 1964, "Robust estimation of a location parameter").
/// </summary>
public sealed class HuberLoss : LossFunction
{
    /// <summary>Makes the loss.</summary>
    /// <param name="delta">The error from which on the loss is linear, above 0.</param>
    public HuberLoss(float delta = 1)
    {
        if (!(delta > 0 && float.IsFinite(delta))) throw new ArgumentOutOfRangeException(nameof(delta), delta, "Must be a finite number above 0.");
        Delta = delta;
    }

    /// <summary>The error from which on the loss is linear.</summary>
    public float Delta { get; }

    /// <inheritdoc/>
    public override LossKind Kind => LossKind.Huber;

    internal override string TargetName => "value";

    internal override LossEvaluator<T, TTarget> CreateEvaluator<T, TTarget>(in RunLimits limits) =>
        (LossEvaluator<T, TTarget>)(object)new Evaluator<T>(T.CreateChecked(Delta));

    sealed class Evaluator<T>(T delta) : ElementwiseEvaluator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        static readonly T Half = T.CreateChecked(0.5);

        protected override double Sum(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, T scale, Span<T> gradients)
        {
            double sum = 0;
            int length = Math.Min(outputs.Length, BlockLength);
            Span<T> errorMemory = stackalloc T[length], clampedMemory = stackalloc T[length], termMemory = stackalloc T[length];
            for (int start = 0; start < outputs.Length; start += BlockLength)
            {
                int count = Math.Min(BlockLength, outputs.Length - start);
                Span<T> errors = errorMemory[..count], clamped = clampedMemory[..count], terms = termMemory[..count];
                TensorPrimitives.Subtract(outputs.Slice(start, count), targets.Slice(start, count), errors);

                // Both branches are c·(e - c/2), where c is e kept from -δ to δ.
                TensorPrimitives.Clamp(errors, -delta, delta, clamped);
                TensorPrimitives.Multiply(clamped, Half, terms);
                TensorPrimitives.Subtract(errors, terms, terms);
                TensorPrimitives.Multiply(clamped, terms, terms);
                sum += Reductions.Sum<T>(terms);
                if (!gradients.IsEmpty) TensorPrimitives.Multiply(clamped, scale, gradients.Slice(start, count));
            }

            return sum;
        }
    }
}
