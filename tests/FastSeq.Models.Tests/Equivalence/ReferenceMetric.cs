using System.Numerics;
using FastSeq.Cells;

namespace FastSeq.Tests.Equivalence;

/// <summary>The metrics of runs, from their definitions.</summary>
public static class ReferenceMetric
{
    /// <summary>The metric of a batch.</summary>
    /// <param name="loss">The attribute of the loss.</param>
    /// <param name="sequences">The sequences with their targets.</param>
    /// <param name="rows">The rows of outputs of each.</param>
    /// <param name="outputs">The rows of outputs of all sequences.</param>
    public static double Of<T>(LossAttribute loss, IReadOnlyList<ReferenceSequence<double>> sequences, int[] rows, T[][] outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[][] y = [.. outputs.Select(row => row.Select(double.CreateChecked).ToArray())], targets = [.. sequences.SelectMany(s => s.Targets)];
        int[] labels = [.. sequences.SelectMany(s => s.Labels)];
        return loss switch
        {
            CrossEntropyAttribute entropy => y.Zip(labels).Where(row => row.Second != entropy.IgnoreIndex).Average(row => Array.IndexOf(row.First, row.First.Max()) == row.Second ? 1.0 : 0.0),
            BinaryCrossEntropyAttribute => OfOutputs((a, t) => a > 0 == t > 0.5 ? 1 : 0),
            QuantileAttribute quantile => y.Zip(targets, (a, t) => Median(a, quantile.Quantiles).Zip(t, (m, e) => Math.Abs(m - e)).Average()).Average(),
            CtcAttribute ctc => LabelErrors(ctc.Blank),
            _ => OfOutputs((a, t) => Math.Abs(a - t)),
        };

        double LabelErrors(int blank)
        {
            int edits = 0, row = 0;
            foreach ((ReferenceSequence<double> sequence, int steps) in sequences.Zip(rows))
            {
                int[] path = [.. y.Skip(row).Take(steps).Select(a => Array.IndexOf(a, a.Max()))];
                edits += Distance([.. path.Where((k, t) => k != blank && (t == 0 || path[t - 1] != k))], sequence.Labels);
                row += steps;
            }

            return edits / (double)labels.Length;
        }

        double OfOutputs(Func<double, double, double> metric) => y.Zip(targets, (a, t) => a.Zip(t, metric).Average()).Average();
    }

    /// <summary>The Levenshtein distance, by its recursive definition.</summary>
    private static int Distance(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
        => a.IsEmpty || b.IsEmpty
            ? a.Length + b.Length
            : a[0] == b[0] ? Distance(a[1..], b[1..]) : 1 + Math.Min(Distance(a[1..], b[1..]), Math.Min(Distance(a[1..], b), Distance(a, b[1..])));

    private static IEnumerable<double> Median(double[] y, float[] quantiles)
        => y.Chunk(quantiles.Length).Select(ofTarget => ofTarget[Array.FindIndex(quantiles, q => Math.Abs(q - 0.5) == quantiles.Min(other => Math.Abs(other - 0.5)))]);
}
