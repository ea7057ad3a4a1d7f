using System.Numerics;
using System.Numerics.Tensors;
using FastSeq.Kernels;

namespace FastSeq;

/// <summary>The squared error of outputs y and targets t: <c>loss = (y - t)²</c>, <c>dy = 2·(y - t)</c>.</summary>
public static class MeanSquaredErrorLoss
{
    /// <summary>Errors that stay in the first-level cache between the loss and its gradient.</summary>
    const int BlockLength = 1024;

    /// <summary>The sum of the squared errors, added in a fixed order.</summary>
    /// <param name="outputs">The outputs of all rows.</param>
    /// <param name="targets">As many targets.</param>
    /// <param name="scale">Multiplies the gradients only; 1 / outputs for the mean loss.</param>
    /// <param name="dOutputs">Overwritten: the gradients; or empty. May be <paramref name="outputs"/> itself.</param>
    public static double Evaluate<T>(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, T scale, Span<T> dOutputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckSizes(outputs.Length, targets.Length);
        if (!dOutputs.IsEmpty && dOutputs.Length != outputs.Length)
            throw new ArgumentException($"{dOutputs.Length} gradients for {outputs.Length} outputs.", nameof(dOutputs));
        T factor = scale + scale;
        double sum = 0;
        Span<T> memory = stackalloc T[Math.Min(outputs.Length, BlockLength)];
        for (int start = 0; start < outputs.Length; start += BlockLength)
        {
            int count = Math.Min(BlockLength, outputs.Length - start);
            Span<T> errors = memory[..count];
            TensorPrimitives.Subtract(outputs.Slice(start, count), targets.Slice(start, count), errors);
            sum += Reductions.SumOfSquares<T>(errors);
            if (!dOutputs.IsEmpty) TensorPrimitives.Multiply(errors, factor, dOutputs.Slice(start, count));
        }

        return sum;
    }

    /// <summary>The sum of the absolute errors, added in order.</summary>
    public static double SumAbsoluteErrors<T>(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckSizes(outputs.Length, targets.Length);
        double sum = 0;
        for (int i = 0; i < outputs.Length; i++) sum += Math.Abs(double.CreateTruncating(outputs[i] - targets[i]));
        return sum;
    }

    static void CheckSizes(int outputs, int targets)
    {
        if (outputs != targets) throw new ArgumentException($"{outputs} outputs, but {targets} targets.", nameof(targets));
    }
}
