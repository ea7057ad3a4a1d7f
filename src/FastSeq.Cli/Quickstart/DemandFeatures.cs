namespace FastSeq.Cli.Quickstart;

/// <summary>
/// Follows the demand half-hour by half-hour and turns it into what the network reads, and what the network says back into megawatts.
/// It only knows the values that were given to <see cref="Observe"/>: nothing of the future can reach a forecast. Allocates nothing once made.
/// </summary>
/// <remarks><code>
/// r_t    = (log demand_t - expected_t) / 0.02                                 the residual against the seasonal profile
/// input  = r_(t-1), and the last changes of r: now, at this time yesterday, at this time last week;
///          expected_t and its slope; daily and weekly sine and cosine of t     everything known before half-hour t
/// output = (r_(t+k) - r_(t-1)) / deviation_k     for k = 0 .. 47
/// forecast of r_(t+k) = r_(t-1) + 0.5 · deviation_k · output_k     the mean of two forecasts: the network's, and that r stays as it is
/// </code></remarks>
sealed class DemandFeatures
{
    /// <summary>The numbers that the network reads of a half-hour, and the half-hours that it foretells.</summary>
    public const int InputSize = 14, Horizon = 48;

    /// <summary>The first half-hour with a forecast: a week begins the profile, and another one fills the lags.</summary>
    public const int FirstForecast = 2 * SeasonalProfile.Week;

    const double Unit = 0.02, ChangeScale = 3, SlopeUnit = 0.03, Trust = 0.5;
    const int Kept = SeasonalProfile.Week + 2;

    readonly DemandScaling scaling;
    readonly SeasonalProfile profile;
    readonly double[] residuals = new double[Kept];     // the last ones, by t mod Kept
    double slope;

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
    /// <param name="input">Overwritten: 14 numbers.</param>
    public void Write(Span<float> input)
    {
        (double daySine, double dayCosine) = Math.SinCos(2 * Math.PI * (Time % SeasonalProfile.Day) / SeasonalProfile.Day);
        (double weekSine, double weekCosine) = Math.SinCos(2 * Math.PI * (Time % SeasonalProfile.Week) / SeasonalProfile.Week);
        input[0] = (float)Residual(1);
        input[1] = (float)(ChangeScale * (Residual(1) - Residual(2)));
        input[2] = (float)(ChangeScale * (Residual(48) - Residual(49)));
        input[3] = (float)(ChangeScale * (Residual(336) - Residual(337)));
        input[4] = (float)(slope / SlopeUnit);
        input[5] = (float)((profile.Expected(Time) - scaling.LogMean) / scaling.LogDeviation);
        (input[6], input[7]) = ((float)daySine, (float)dayCosine);
        (input[8], input[9]) = DoubleAngle(daySine, dayCosine);
        (input[10], input[11]) = ((float)weekSine, (float)weekCosine);
        (input[12], input[13]) = DoubleAngle(weekSine, weekCosine);
    }

    /// <summary>The network's output, read before half-hour <see cref="Time"/>, in megawatts.</summary>
    /// <param name="output">48 numbers.</param>
    /// <param name="megawatts">Overwritten: as many half-hours, from <see cref="Time"/> on, as there is room for.</param>
    public void ToMegawatts(ReadOnlySpan<float> output, Span<double> megawatts)
    {
        for (int k = 0; k < megawatts.Length; k++)
            megawatts[k] = Math.Exp(profile.Expected(Time + k) + Unit * (Residual(1) + Trust * scaling.HorizonDeviations[k] * output[k]));
    }

    /// <summary>Takes note of the demand at half-hour <see cref="Time"/>, in megawatts, and goes on to the next.</summary>
    public void Observe(double megawatts)
    {
        double logarithm = Math.Log(megawatts), expected = profile.Expected(Time);
        residuals[Time % Kept] = (logarithm - expected) / Unit;
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

    double Residual(int ago) => residuals[(Time - ago) % Kept];

    static (float Sine, float Cosine) DoubleAngle(double sine, double cosine) => ((float)(2 * sine * cosine), (float)(1 - 2 * sine * sine));

    static double[] Logarithms(ReadOnlySpan<double> demand)
    {
        var logarithms = new double[demand.Length];
        for (int t = 0; t < demand.Length; t++) logarithms[t] = Math.Log(demand[t]);
        return logarithms;
    }
}
