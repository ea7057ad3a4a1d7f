using System.Globalization;

namespace FastSeq.Cli.Quickstart;

/// <summary>The numbers that bring inputs and outputs to about size one. They come from the training part alone and travel in the safetensors file.</summary>
/// <param name="LogMean">The mean of the logarithm of the demand.</param>
/// <param name="LogDeviation">Its standard deviation.</param>
/// <param name="HorizonDeviations">For every half-hour ahead, the standard deviation of what the network foretells.</param>
sealed record DemandScaling(double LogMean, double LogDeviation, double[] HorizonDeviations)
{
    const string MeanKey = "demand.log_mean", DeviationKey = "demand.log_deviation", HorizonKey = "demand.horizon_deviations";

    /// <summary>Measures the training part.</summary>
    /// <param name="demand">The training part, in megawatts.</param>
    public static DemandScaling Measure(ReadOnlySpan<double> demand)
    {
        var logarithms = new double[demand.Length];
        for (int t = 0; t < demand.Length; t++) logarithms[t] = Math.Log(demand[t]);
        (double mean, double deviation) = MeanAndDeviation(logarithms);

        double[] residuals = DemandFeatures.Residuals(demand);
        var deviations = new double[DemandFeatures.Horizon];
        for (int k = 0; k < deviations.Length; k++)
        {
            int first = DemandFeatures.FirstForecast, count = demand.Length - DemandFeatures.Horizon - first;
            var changes = new double[count];
            for (int i = 0; i < count; i++) changes[i] = residuals[first + i + k] - residuals[first + i - 1];
            deviations[k] = MeanAndDeviation(changes).Deviation;
        }

        return new DemandScaling(mean, deviation, deviations);
    }

    /// <summary>As texts for the file.</summary>
    public Dictionary<string, string> ToMetadata() => new()
    {
        [MeanKey] = LogMean.ToString("R", CultureInfo.InvariantCulture),
        [DeviationKey] = LogDeviation.ToString("R", CultureInfo.InvariantCulture),
        [HorizonKey] = string.Join(' ', HorizonDeviations.Select(d => d.ToString("R", CultureInfo.InvariantCulture))),
    };

    /// <summary>From the texts of the file.</summary>
    public static DemandScaling FromMetadata(IReadOnlyDictionary<string, string> metadata) => new(
        double.Parse(metadata[MeanKey], CultureInfo.InvariantCulture),
        double.Parse(metadata[DeviationKey], CultureInfo.InvariantCulture),
        [.. metadata[HorizonKey].Split(' ').Select(d => double.Parse(d, CultureInfo.InvariantCulture))]);

    static (double Mean, double Deviation) MeanAndDeviation(double[] values)
    {
        double mean = values.Average();
        return (mean, Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / values.Length));
    }
}
