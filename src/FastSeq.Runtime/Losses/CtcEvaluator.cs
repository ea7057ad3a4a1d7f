using System.Numerics;

namespace FastSeq;

/// <summary>Computes a <see cref="CtcLoss"/>, its sequences divided among threads, and the label error rate.</summary>
sealed class CtcEvaluator<T> : LossEvaluator<T, int>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly int blank, threads;
    readonly bool zeroInfinity;
    readonly CtcLattice<T>[] lattices;
    readonly double[] losses;
    readonly int[] decoded, distances;

    public CtcEvaluator(CtcLoss loss, in RunLimits limits)
    {
        (blank, zeroInfinity, threads) = (loss.Blank, loss.ZeroInfinity, limits.Threads);
        lattices = new CtcLattice<T>[threads];
        for (int part = 0; part < threads; part++) lattices[part] = new CtcLattice<T>(limits.OutputSize, limits.MaxTimeSteps, blank);
        losses = new double[limits.MaxBatch];
        decoded = new int[limits.MaxTimeSteps];
        distances = new int[limits.MaxTimeSteps + 1];
    }

    public override bool IsDivided => true;

    // Sequences are sorted by length: every thread takes long ones and short ones.
    public override void EvaluatePart(int part, in LossRows<T, int> rows, Span<T> gradients)
    {
        int start = 0;
        for (int b = 0; b < rows.Lengths.Length; b++)
        {
            int count = rows.TargetLengths[b];
            if (b % threads == part)
            {
                double divisor = Math.Max(1, count), loss = lattices[part].Evaluate(rows, b, rows.Targets.Slice(start, count), 1 / (divisor * rows.Lengths.Length), gradients);
                losses[b] = double.IsPositiveInfinity(loss) && zeroInfinity ? 0 : loss / divisor;
            }

            start += count;
        }
    }

    public override LossWeights Weights(ReadOnlySpan<int> targets, int outputs, int sequences) => new(sequences, targets.Length);

    public override WeightedMean Evaluate(in LossRows<T, int> rows, Span<T> gradients)
    {
        double sum = 0;
        for (int b = 0; b < rows.Lengths.Length; b++) sum += losses[b];
        return new WeightedMean(sum, rows.Lengths.Length);
    }

    /// <summary>The edits that make greedy decoding the target, for each label of the targets.</summary>
    public override WeightedMean Metric(in LossRows<T, int> rows)
    {
        long edits = 0;
        int start = 0;
        for (int b = 0; b < rows.Lengths.Length; b++)
        {
            var path = new CtcPath(decoded, blank);
            for (int t = 0; t < rows.Lengths[b]; t++) path.Add(SoftmaxRows.IndexOfMax(rows.Row(t, b)));
            edits += EditDistance(path.Labels, rows.Targets.Slice(start, rows.TargetLengths[b]));
            start += rows.TargetLengths[b];
        }

        return new WeightedMean(edits, start);
    }

    /// <summary>The fewest insertions, deletions and substitutions between two sequences (Levenshtein 1966).</summary>
    int EditDistance(ReadOnlySpan<int> found, ReadOnlySpan<int> target)
    {
        for (int j = 0; j <= target.Length; j++) distances[j] = j;
        for (int i = 0; i < found.Length; i++)
        {
            int diagonal = distances[0];
            distances[0] = i + 1;
            for (int j = 0; j < target.Length; j++)
            {
                int substituted = diagonal + (found[i] == target[j] ? 0 : 1);
                diagonal = distances[j + 1];
                distances[j + 1] = Math.Min(substituted, 1 + Math.Min(diagonal, distances[j]));
            }
        }

        return distances[target.Length];
    }
}
