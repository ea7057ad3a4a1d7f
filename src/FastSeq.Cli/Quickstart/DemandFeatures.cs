namespace FastSeq.Cli.Quickstart;

/// <summary>
/// Follows the demand half-hour by half-hour and turns it into what the network reads, and what the network says back into megawatts.
/// It only knows the values that were given to <see cref="Observe"/>: nothing of the future can reach a forecast. Allocates nothing once made.
/// </summary>
/// <remarks><code>
/// r_t    = (log demand_t - expected_t) / 0.02                                 the residual against the seasonal profile
/// input  = r_(t-1) and its last change; expected_t and its slope; sine and cosine of the time of day    all known before half-hour t
/// output = (r_(t+k) - r_(t-1)) / deviation_k     for k = 0 .. 47
/// forecast of r_(t+k) = r_(t-1) + 0.5 · deviation_k · output_k     the mean of two forecasts: the network's, and that r stays as it is
/// </code></remarks>
sealed class DemandFeatures
{
    /// <summary>The numbers that the network reads of a half-hour, and the half-hours that it foretells.</summary>
    public const int InputSize = 8, Horizon = 48;

    /// <summary>The first half-hour with a forecast: a week begins the profile, and in another one it settles.</summary>
    public const int FirstForecast = 2 * SeasonalProfile.Week;

    const double Unit = 0.02, ChangeScale = 3, SlopeUnit = 0.03, Trust = 0.5;

    readonly DemandScaling scaling;
    readonly SeasonalProfile profile;
    double residual, previousResidual, slope;

    /// <summary>Begins with the first week of the demand, in megawatts.</summary>
    public DemandFeatures(DemandScaling scaling, ReadOnlySpan<double> firstWeek)
    {
        this.scaling = scaling;
        profile = new SeasonalProfile(Logarithms(firstWeek));
        Time = firstWeek.Length;
    }

    /// <summary>The half-hour that comes next: all before it are known.</summary>
    public int Time { get; private set; }

    /// <summary>What the network reads before half-hour <see cref="Time"/>.</summary>
    /// <param name="input">Overwritten: 8 numbers.</param>
    public void Write(Span<float> input)
    {
        (double sine, double cosine) = Math.SinCos(2 * Math.PI * (Time % SeasonalProfile.Day) / SeasonalProfile.Day);
        input[0] = (float)residual;
        input[1] = (float)(ChangeScale * (residual - previousResidual));
        input[2] = (float)((profile.Expected(Time) - scaling.LogMean) / scaling.LogDeviation);
        input[3] = (float)(slope / SlopeUnit);
        (input[4], input[5]) = ((float)sine, (float)cosine);
        (input[6], input[7]) = ((float)(2 * sine * cosine), (float)(1 - 2 * sine * sine));     // of twice the angle
    }

    /// <summary>The network's output, read before half-hour <see cref="Time"/>, in megawatts.</summary>
    /// <param name="output">48 numbers.</param>
    /// <param name="megawatts">Overwritten: as many half-hours, from <see cref="Time"/> on, as there is room for.</param>
    public void ToMegawatts(ReadOnlySpan<float> output, Span<double> megawatts)
    {
        for (int k = 0; k < megawatts.Length; k++)
            megawatts[k] = Math.Exp(profile.Expected(Time + k) + Unit * (residual + Trust * scaling.HorizonDeviations[k] * output[k]));
    }

    /// <summary>Takes note of the demand at half-hour <see cref="Time"/>, in megawatts, and goes on to the next.</summary>
    public void Observe(double megawatts)
    {
        double logarithm = Math.Log(megawatts), expected = profile.Expected(Time);
        (previousResidual, residual) = (residual, (logarithm - expected) / Unit);
        profile.Observe(Time, logarithm);
        Time++;
        slope = profile.Expected(Time) - expected;
    }

    /// <summary>The residuals of a whole series, 0 in its first week.</summary>
    public static double[] Residuals(ReadOnlySpan<double> demand)
    {
        double[] logarithms = Logarithms(demand);
        var profile = new SeasonalProfile(logarithms.AsSpan(0, SeasonalProfile.Week));
        var residuals = new double[demand.Length];
        for (int t = SeasonalProfile.Week; t < demand.Length; t++)
        {
            residuals[t] = (logarithms[t] - profile.Expected(t)) / Unit;
            profile.Observe(t, logarithms[t]);
        }

        return residuals;
    }

    static double[] Logarithms(ReadOnlySpan<double> demand)
    {
        var logarithms = new double[demand.Length];
        for (int t = 0; t < demand.Length; t++) logarithms[t] = Math.Log(demand[t]);
        return logarithms;
    }
}
