using System.Numerics;

namespace FastSeq;

/// <summary>The squared error of outputs y and targets t: <c>loss = (y - t)²</c>, <c>dy = 2·(y - t)</c>.</summary>
public static class MeanSquaredErrorLoss
{
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
        int i = 0;

        // Four sums at a time: one chain of additions would wait for each before the next.
        double sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
        for (; i + 4 <= outputs.Length; i += 4)
        {
            T e0 = outputs[i] - targets[i], e1 = outputs[i + 1] - targets[i + 1], e2 = outputs[i + 2] - targets[i + 2], e3 = outputs[i + 3] - targets[i + 3];
            sum0 += Square(e0);
            sum1 += Square(e1);
            sum2 += Square(e2);
            sum3 += Square(e3);
            if (!dOutputs.IsEmpty) (dOutputs[i], dOutputs[i + 1], dOutputs[i + 2], dOutputs[i + 3]) = (e0 * factor, e1 * factor, e2 * factor, e3 * factor);
        }

        for (; i < outputs.Length; i++)
        {
            T error = outputs[i] - targets[i];
            sum0 += Square(error);
            if (!dOutputs.IsEmpty) dOutputs[i] = error * factor;
        }

        return sum0 + sum1 + (sum2 + sum3);

        static double Square(T error)
        {
            double wide = double.CreateTruncating(error);
            return wide * wide;
        }
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
