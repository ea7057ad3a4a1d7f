using System.Diagnostics;

namespace FastSeq;

/// <summary>Sums over the batches of an epoch. Losses and metrics are means over target rows, so a small last batch does not weigh more than its rows.</summary>
struct EpochTotals
{
    double loss, metric, norm;
    long rows;
    int batches;

    public int Sequences;

    public readonly double Loss => rows == 0 ? 0 : loss / rows;

    public readonly double Metric => rows == 0 ? 0 : metric / rows;

    public readonly double GradientNorm => batches == 0 ? 0 : norm / batches;

    public void Add(int batchRows, double batchLoss, double batchMetric, double gradientNorm)
    {
        rows += batchRows;
        loss += batchLoss * batchRows;
        metric += batchMetric * batchRows;
        norm += gradientNorm;
        batches++;
    }

    public readonly double SequencesPerSecond(long started) => Sequences / Math.Max(1e-9, Stopwatch.GetElapsedTime(started).TotalSeconds);
}
