using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
                Subtract(outputs.Slice(start, count), targets.Slice(start, count), errors, factor, gradients.IsEmpty ? [] : gradients.Slice(start, count));
                sum += Reductions.SumOfSquares<T>(errors);
            }

            return sum;
        }

        /// <summary>The errors, and the gradients of their squares; compiled for good at the first call, as a short training ends before a second compilation.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        static void Subtract(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, Span<T> errors, T factor, Span<T> gradients)
        {
            ref T y = ref MemoryMarshal.GetReference(outputs);
            ref T t = ref MemoryMarshal.GetReference(targets);
            ref T e = ref MemoryMarshal.GetReference(errors);
            ref T d = ref MemoryMarshal.GetReference(gradients.IsEmpty ? errors : gradients);
            T scale = gradients.IsEmpty ? T.One : factor;
            int i = 0;
            for (; i <= outputs.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                Vector<T> error = Vector.LoadUnsafe(ref y, (nuint)i) - Vector.LoadUnsafe(ref t, (nuint)i);
                (error * scale).StoreUnsafe(ref d, (nuint)i);
                error.StoreUnsafe(ref e, (nuint)i);
            }

            for (; i < outputs.Length; i++)
            {
                T error = outputs[i] - targets[i];
                Unsafe.Add(ref d, i) = error * scale;
                errors[i] = error;
            }
        }

        protected override double SumSteps(int steps, int count, int apart, ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, T scale, Span<T> gradients) => typeof(T) == typeof(float)
            ? SumSteps(
                steps, count, apart, MemoryMarshal.Cast<T, float>(outputs), MemoryMarshal.Cast<T, float>(targets), float.CreateTruncating(scale + scale), MemoryMarshal.Cast<T, float>(gradients))
            : base.SumSteps(steps, count, apart, outputs, targets, scale, gradients);

        /// <summary>One sum for all time steps: those of few numbers take shorter than a call.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        static double SumSteps(int steps, int count, int apart, ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, float factor, Span<float> gradients)
        {
            int numbers = steps == 0 ? 0 : ((steps - 1) * apart) + count;
            ref float y = ref MemoryMarshal.GetReference(outputs[..numbers]);
            ref float t = ref MemoryMarshal.GetReference(targets[..numbers]);
            ref float d = ref MemoryMarshal.GetReference(gradients.IsEmpty ? gradients : gradients[..numbers]);
            Vector<double> lower = Vector<double>.Zero, upper = Vector<double>.Zero;
            double rest = 0;
            for (int step = 0, start = 0; step < steps; step++, start += apart)
            {
                int i = start, end = start + count;
                for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
                {
                    Vector<float> error = Vector.LoadUnsafe(ref y, (nuint)i) - Vector.LoadUnsafe(ref t, (nuint)i);
                    if (!gradients.IsEmpty) (error * factor).StoreUnsafe(ref d, (nuint)i);
                    Vector.Widen(error, out Vector<double> a, out Vector<double> b);
                    lower += a * a;
                    upper += b * b;
                }

                for (; i < end; i++)
                {
                    float error = Unsafe.Add(ref y, i) - Unsafe.Add(ref t, i);
                    if (!gradients.IsEmpty) Unsafe.Add(ref d, i) = error * factor;
                    rest += (double)error * error;
                }
            }

            return Vector.Sum(lower + upper) + rest;
        }

        protected override double Sum(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, T scale, Span<T> gradients) => SumOf(outputs, targets, scale, gradients);
    }
}
