using System.Diagnostics;

namespace FastSeq;

/// <summary>Sums over the batches of an epoch. Losses and metrics are added up before they are divided, so a small last batch does not weigh more than its terms.</summary>
struct EpochTotals
{
    WeightedMean loss, metric;
    double norm;
    int batches;

    public int Sequences;

    public readonly double Loss => loss.Value;

    public readonly double Metric => metric.Value;

    public readonly double GradientNorm => batches == 0 ? 0 : norm / batches;

    public void Add(WeightedMean batchLoss, WeightedMean batchMetric, double gradientNorm)
    {
        loss += batchLoss;
        metric += batchMetric;
        norm += gradientNorm;
        batches++;
    }

    public readonly double SequencesPerSecond(long started) => Sequences / Math.Max(1e-9, Stopwatch.GetElapsedTime(started).TotalSeconds);
}
