using System.Numerics;
using System.Numerics.Tensors;
using FastSeq.Kernels;

namespace FastSeq;

/// <summary>Clipping of one flat span of gradients, as PyTorch's <c>clip_grad_norm_</c> and <c>clip_grad_value_</c>.</summary>
public static class Gradients
{
    /// <summary>The elements that are summed on their own; sums of blocks are added in order, so that threads do not show in the norm.</summary>
    internal const int Block = 8192;

    /// <summary>The square root of the sum of squares, summed in double.</summary>
    public static double Norm<T>(ReadOnlySpan<T> gradients)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int start = 0; start < gradients.Length; start += Block)
            sum += Reductions.SumOfSquares(gradients.Slice(start, Math.Min(Block, gradients.Length - start)));
        return Math.Sqrt(sum);
    }

    /// <summary>Scales the gradients so that their norm is at most <paramref name="maxNorm"/>.</summary>
    /// <param name="gradients">Scaled by <c>min(1, maxNorm / (norm + 1e-6))</c>.</param>
    /// <param name="maxNorm">The largest norm.</param>
    /// <returns>The norm before.</returns>
    public static double ClipByNorm<T>(Span<T> gradients, double maxNorm)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double norm = Norm<T>(gradients);
        double scale = NormScale(norm, maxNorm);
        if (scale != 1) TensorPrimitives.Multiply(gradients, T.CreateChecked(scale), gradients);
        return norm;
    }

    /// <summary>Limits every gradient to the range from -<paramref name="maxValue"/> to <paramref name="maxValue"/>.</summary>
    public static void ClipByValue<T>(Span<T> gradients, double maxValue)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!(maxValue > 0)) throw new ArgumentOutOfRangeException(nameof(maxValue), maxValue, "Must be above 0.");
        T limit = T.CreateChecked(maxValue);
        TensorPrimitives.Clamp(gradients, -limit, limit, gradients);
    }

    /// <summary>What <see cref="ClipByNorm"/> multiplies gradients of a norm by.</summary>
    internal static double NormScale(double norm, double maxNorm)
    {
        if (!(maxNorm > 0)) throw new ArgumentOutOfRangeException(nameof(maxNorm), maxNorm, "Must be above 0.");
        return Math.Min(1, maxNorm / (norm + 1e-6));
    }
}
