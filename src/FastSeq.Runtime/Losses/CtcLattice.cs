using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using FastSeq.Kernels;

namespace FastSeq;

/// <summary>
/// The paths of one sequence through its labels with a blank before, between and after them: state s is a blank where it is even. A path begins in state 0 or 1, ends in one of the last
/// two, and at each time step stays, goes on by one, or passes over a blank between different labels.
/// </summary>
/// <remarks>
/// α_t[s] is the logarithm of the probability of all beginnings that are in s at t, β_t[s] that of all ends after t; <c>α + β - log P</c> is that of being in s at t, and
/// <c>dx_t[k] = softmax(x_t)[k] - Σ exp(α_t[s] + β_t[s] - log P)</c> over the states of label k. At time step t only the states from S - 2·(T - t) to 2·t + 1 can be on a whole path, so at
/// most T + 1 are kept.
/// </remarks>
sealed class CtcLattice<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>States that are read before the first and after the last.</summary>
    const int Margin = 2;

    /// <summary>Stands for minus infinity, so that no difference of two infinities is made.</summary>
    const double Floor = -1e300;

    /// <summary>The least exponent: beside 1 its power is nothing, and it is no denormal number, which would cost hundreds of cycles.</summary>
    const double Lowest = -700;

    /// <summary>Gradients below it are left out: in float they would be denormal.</summary>
    const double Negligible = 1e-37;

    readonly int blank;
    readonly int[] symbols;
    readonly double[] skips, emissions, alphas, logSums, occupancy;
    readonly double[] terms;
    double[] row, next;

    public CtcLattice(int classes, int maxTimeSteps, int blank)
    {
        this.blank = blank;
        int states = checked((2 * maxTimeSteps) + 1);
        symbols = new int[states];
        (skips, emissions, terms) = (new double[states + Margin], new double[states], new double[states]);
        (row, next) = (new double[states + (2 * Margin)], new double[states + (2 * Margin)]);
        alphas = GC.AllocateUninitializedArray<double>(checked(maxTimeSteps * (maxTimeSteps + 1)));
        logSums = new double[maxTimeSteps];
        occupancy = new double[classes];
    }

    /// <summary>The loss of one sequence.</summary>
    /// <param name="rows">The batch.</param>
    /// <param name="b">The sequence.</param>
    /// <param name="target">Its labels.</param>
    /// <param name="scale">Multiplies the gradients only.</param>
    /// <param name="gradients">Overwritten in the rows of the sequence; or empty.</param>
    public double Evaluate(in LossRows<T, int> rows, int b, ReadOnlySpan<int> target, double scale, Span<T> gradients)
    {
        int steps = rows.Lengths[b], states = (2 * target.Length) + 1;
        double logP = double.NegativeInfinity;
        if (CtcLoss.StepsFor(target) <= steps)
        {
            if (steps == 0) return 0;
            Lay(target);
            logP = Forward(rows, b, steps, states, gradients);
        }

        if (gradients.IsEmpty) return -logP;
        if (double.IsNegativeInfinity(logP))
        {
            for (int t = 0; t < steps; t++) RowOf(gradients, rows, t, b).Clear();
        }
        else
        {
            Backward(rows, b, steps, states, logP, scale, gradients);
        }

        return -logP;
    }

    /// <summary>The states of a target, and which of them a path may enter past a blank.</summary>
    void Lay(ReadOnlySpan<int> target)
    {
        for (int s = 0; s <= 2 * target.Length; s++)
        {
            bool isLabel = (s & 1) == 1;
            symbols[s] = isLabel ? target[s / 2] : blank;
            skips[s] = isLabel && s > 1 && symbols[s] != symbols[s - 2] ? 0 : double.NegativeInfinity;
        }

        skips.AsSpan((2 * target.Length) + 1, Margin).Fill(double.NegativeInfinity);
    }

    /// <summary>α of all time steps; and exp(x - max) in the gradients, for <see cref="Backward"/>.</summary>
    double Forward(in LossRows<T, int> rows, int b, int steps, int states, Span<T> gradients)
    {
        // Before the first time step, a path stands where it can enter state 0 and state 1.
        row.AsSpan(0, states + (2 * Margin)).Fill(double.NegativeInfinity);
        next.AsSpan(0, states + (2 * Margin)).Fill(double.NegativeInfinity);
        row[Margin] = 0;
        int stride = Stride(steps, states);
        for (int t = 0; t < steps; t++)
        {
            ReadOnlySpan<T> x = rows.Row(t, b);
            T max = SoftmaxRows.Max(x);
            double sum = gradients.IsEmpty ? SoftmaxRows.SumOfExponentials(x, max) : SoftmaxRows.Exponentials(x, max, RowOf(gradients, rows, t, b));
            logSums[t] = double.CreateTruncating(max) + Math.Log(sum);
            (int first, int count) = Band(t, steps, states);
            Emit(x, logSums[t], first, count);
            Span<double> alpha = next.AsSpan(Margin + first, count);
            AddThree(row.AsSpan(Margin + first, count), row.AsSpan(Margin + first - 1, count), row.AsSpan(Margin + first - 2, count), skips.AsSpan(first, count), alpha);
            TensorPrimitives.Add(alpha, emissions.AsSpan(0, count), alpha);
            alpha.CopyTo(alphas.AsSpan(t * stride, count));
            next.AsSpan(Margin + first + count, Margin).Fill(double.NegativeInfinity);
            (row, next) = (next, row);
        }

        double last = row[Margin + states - 1], before = states > 1 ? row[Margin + states - 2] : double.NegativeInfinity;
        double larger = Math.Max(last, before);
        return larger > Floor / 2 ? larger + Math.Log(Math.Exp(last - larger) + Math.Exp(before - larger)) : larger + double.NegativeInfinity;
    }

    /// <summary>β of all time steps, from the last, and the gradients with it.</summary>
    void Backward(in LossRows<T, int> rows, int b, int steps, int states, double logP, double scale, Span<T> gradients)
    {
        row.AsSpan(0, states + (2 * Margin)).Fill(double.NegativeInfinity);
        next.AsSpan(0, states + (2 * Margin)).Fill(double.NegativeInfinity);
        row[Margin + states - 1] = 0;
        int stride = Stride(steps, states);
        for (int t = steps - 1; t >= 0; t--)
        {
            (int first, int count) = Band(t, steps, states);
            Span<double> beta = next.AsSpan(Margin + first, count);
            AddThree(
                row.AsSpan(Margin + first, count), row.AsSpan(Margin + first + 1, count), row.AsSpan(Margin + first + 2, count), skips.AsSpan(first + 2, count), beta);
            Span<double> shares = terms.AsSpan(0, count);
            TensorPrimitives.Add(alphas.AsSpan(t * stride, count), beta, shares);
            ref double share = ref MemoryMarshal.GetReference(shares);
            Elementwise.Map(count, in share, ref share, new BoundedExponentialOf<double>(logP, Lowest));
            ReadOnlySpan<T> x = rows.Row(t, b);
            Differentiate(x, t, first, shares, scale, RowOf(gradients, rows, t, b));

            // β with the emission of its own time step is what the one before reads.
            Emit(x, logSums[t], first, count);
            TensorPrimitives.Add(beta, emissions.AsSpan(0, count), beta);
            next.AsSpan(Margin + first - Margin, Margin).Fill(double.NegativeInfinity);
            (row, next) = (next, row);
        }
    }

    /// <summary>dx = scale·(softmax(x) - the share of the paths in each class), where dx holds exp(x - max).</summary>
    void Differentiate(ReadOnlySpan<T> x, int t, int first, ReadOnlySpan<double> shares, double scale, Span<T> dx)
    {
        double max = double.CreateTruncating(SoftmaxRows.Max(x));
        TensorPrimitives.Multiply(dx, T.CreateTruncating(scale * Math.Exp(max - logSums[t])), dx);
        for (int i = 0; i < shares.Length; i++) occupancy[symbols[first + i]] += shares[i];
        for (int i = 0; i < shares.Length; i++)
        {
            ref double share = ref occupancy[symbols[first + i]];
            double gradient = scale * share;
            if (!(gradient < Negligible)) dx[symbols[first + i]] -= T.CreateTruncating(gradient);
            share = 0;
        }
    }

    /// <summary>The logarithms of the probabilities of the symbols of some states.</summary>
    void Emit(ReadOnlySpan<T> x, double logSum, int first, int count)
    {
        double ofBlank = double.CreateTruncating(x[blank]) - logSum;
        for (int i = 0; i < count; i++)
        {
            int s = first + i;
            emissions[i] = (s & 1) == 0 ? ofBlank : double.CreateTruncating(x[symbols[s]]) - logSum;
        }
    }

    /// <summary>y = log(exp a + exp b + exp(c + skip)).</summary>
    static void AddThree(ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> c, ReadOnlySpan<double> skip, Span<double> y)
    {
        TensorPrimitives.Add(c, skip, y);
        ref double sum = ref MemoryMarshal.GetReference(y);
        Elementwise.Map(y.Length, in MemoryMarshal.GetReference(a), in MemoryMarshal.GetReference(b), in sum, ref sum, new LogSumOfExponentials<double>(Floor, Lowest));
    }

    /// <summary>The states that can be on a whole path at a time step.</summary>
    static (int First, int Count) Band(int t, int steps, int states)
    {
        int first = Math.Max(0, states - (2 * (steps - t)));
        return (first, Math.Min(states, 2 * (t + 1)) - first);
    }

    /// <summary>The most states of a band.</summary>
    static int Stride(int steps, int states) => Math.Min(states, (2 * steps) + 2 - states);

    static Span<T> RowOf(Span<T> gradients, in LossRows<T, int> rows, int t, int b) => gradients.Slice((rows.RowStarts[t] + b) * rows.OutputSize, rows.OutputSize);
}
