using System.Globalization;

namespace FastSeq.Cli.Quickstart;

/// <summary>The taylor series: half-hourly electricity demand of England and Wales, 5 June to 27 August 2000, in megawatts.</summary>
static class DemandData
{
    /// <summary>How many values at the end are held out: three weeks.</summary>
    public const int HeldOut = 3 * SeasonalProfile.Week;

    const string Resource = "taylor.csv";

    /// <summary>Reads the series from within the program.</summary>
    public static double[] Load()
    {
        using Stream stream = typeof(DemandData).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        reader.ReadLine();
        var values = new List<double>();
        while (reader.ReadLine() is { } line) values.Add(double.Parse(line, CultureInfo.InvariantCulture));
        return [.. values];
    }

    /// <summary>What the network reads from <see cref="DemandFeatures.FirstForecast"/> to the end of the series, one row a half-hour.</summary>
    public static float[] Inputs(ReadOnlySpan<double> demand, DemandScaling scaling)
    {
        var features = new DemandFeatures(scaling, demand[..SeasonalProfile.Week]);
        var inputs = new float[(demand.Length - DemandFeatures.FirstForecast) * DemandFeatures.InputSize];
        Span<float> rest = inputs;
        while (features.Time < demand.Length)
        {
            if (features.Time >= DemandFeatures.FirstForecast)
            {
                features.Write(rest[..DemandFeatures.InputSize]);
                rest = rest[DemandFeatures.InputSize..];
            }

            features.Observe(demand[features.Time]);
        }

        return inputs;
    }

    /// <summary>Windows over the training part; every half-hour of a window is to foretell the 48 from itself on, all within the training part.</summary>
    /// <param name="training">The training part, in megawatts.</param>
    /// <param name="scaling">Measured on the same part.</param>
    /// <param name="window">The half-hours of a window.</param>
    /// <param name="stride">The half-hours from one window to the next.</param>
    public static WindowDataset<float, float> Windows(ReadOnlySpan<double> training, DemandScaling scaling, int window, int stride)
    {
        double[] residuals = DemandFeatures.Residuals(training);
        int first = DemandFeatures.FirstForecast, rows = training.Length - DemandFeatures.Horizon + 1 - first;
        var targets = new float[rows * DemandFeatures.Horizon];
        for (int row = 0; row < rows; row++)
        {
            for (int k = 0; k < DemandFeatures.Horizon; k++)
                targets[row * DemandFeatures.Horizon + k] = (float)((residuals[first + row + k] - residuals[first + row - 1]) / scaling.HorizonDeviations[k]);
        }

        ReadOnlyMemory<float> inputs = Inputs(training, scaling).AsMemory(0, rows * DemandFeatures.InputSize);
        return WindowDataset.EveryStep<float, float>(inputs, DemandFeatures.InputSize, targets, DemandFeatures.Horizon, window, ahead: 0, stride);
    }
}
