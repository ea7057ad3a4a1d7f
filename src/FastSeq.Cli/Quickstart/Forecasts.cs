namespace FastSeq.Cli.Quickstart;

/// <summary>Forecasts of the last part of a series, each made from what came before it: one step ahead for every half-hour, a day ahead from every midnight.</summary>
/// <param name="Start">The first half-hour.</param>
/// <param name="OneStep">The forecast of every half-hour from <paramref name="Start"/> on, made just before it, in megawatts.</param>
/// <param name="DayAhead">The same, made at the midnight before it: at <paramref name="Start"/> and every 48 half-hours later.</param>
sealed record Forecasts(int Start, double[] OneStep, double[] DayAhead)
{
    /// <summary>The mean absolute percentage error one step ahead.</summary>
    public double OneStepError(ReadOnlySpan<double> demand) => MeanPercentage(demand[Start..], OneStep);

    /// <summary>The mean absolute percentage error a day ahead, over all midnights and all 48 half-hours after them.</summary>
    public double DayAheadError(ReadOnlySpan<double> demand) => MeanPercentage(demand[Start..], DayAhead);

    /// <summary>Reads the network's outputs.</summary>
    /// <param name="outputs">48 numbers for every half-hour from <see cref="DemandFeatures.FirstForecast"/> to the end.</param>
    /// <param name="demand">The whole series, in megawatts.</param>
    /// <param name="scaling">What the network was trained with.</param>
    /// <param name="start">The first half-hour to forecast.</param>
    public static Forecasts OfNetwork(ReadOnlySpan<float> outputs, ReadOnlySpan<double> demand, DemandScaling scaling, int start)
    {
        var features = new DemandFeatures(scaling, demand[..SeasonalProfile.Week]);
        double[] oneStep = new double[demand.Length - start], dayAhead = new double[demand.Length - start];
        while (features.Time < demand.Length)
        {
            int ahead = features.Time - start;
            if (ahead >= 0)
            {
                ReadOnlySpan<float> output = outputs.Slice((features.Time - DemandFeatures.FirstForecast) * DemandFeatures.Horizon, DemandFeatures.Horizon);
                features.ToMegawatts(output, oneStep.AsSpan(ahead, 1));
                if (ahead % SeasonalProfile.Day == 0) features.ToMegawatts(output, dayAhead.AsSpan(ahead, Math.Min(SeasonalProfile.Day, dayAhead.Length - ahead)));
            }

            features.Observe(demand[features.Time]);
        }

        return new Forecasts(start, oneStep, dayAhead);
    }

    /// <summary>The profile alone: a network that always says 0 leaves its expectation and the last residual.</summary>
    public static Forecasts OfProfile(ReadOnlySpan<double> demand, DemandScaling scaling, int start) =>
        OfNetwork(new float[(demand.Length - DemandFeatures.FirstForecast) * DemandFeatures.Horizon], demand, scaling, start);

    /// <summary>The last value that is known.</summary>
    public static Forecasts Naive(ReadOnlySpan<double> demand, int start)
    {
        double[] oneStep = demand[(start - 1)..^1].ToArray(), dayAhead = new double[oneStep.Length];
        for (int i = 0; i < dayAhead.Length; i++) dayAhead[i] = oneStep[i - i % SeasonalProfile.Day];
        return new Forecasts(start, oneStep, dayAhead);
    }

    /// <summary>The value at the same half-hour of last week.</summary>
    public static Forecasts LastWeek(ReadOnlySpan<double> demand, int start)
    {
        double[] values = demand[(start - SeasonalProfile.Week)..^SeasonalProfile.Week].ToArray();
        return new Forecasts(start, values, values);
    }

    static double MeanPercentage(ReadOnlySpan<double> truth, ReadOnlySpan<double> forecast)
    {
        double sum = 0;
        for (int i = 0; i < truth.Length; i++) sum += Math.Abs(forecast[i] - truth[i]) / truth[i];
        return 100 * sum / truth.Length;
    }
}
