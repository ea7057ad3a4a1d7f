namespace FastSeq.Cli.Quickstart;

/// <summary>
/// What the demand usually is at a half-hour: a part that returns every day and a part that returns every week, both slowly forgetting.
/// This is the seasonal half of Holt-Winters; the network foretells what is left.
/// </summary>
/// <remarks><code>
/// expected_t = day[t mod 48] + week[t mod 336]
/// day[t mod 48]   += 0.4 · (value_t - expected_t)        the two shares were chosen on the weeks before the held-out part
/// week[t mod 336] += 0.3 · (value_t - expected_t)
/// </code></remarks>
sealed class SeasonalProfile
{
    /// <summary>The half-hours of a day and of a week.</summary>
    public const int Day = 48, Week = 7 * Day;

    const double DayShare = 0.4, WeekShare = 0.3;

    readonly double[] day = new double[Day];
    readonly double[] week = new double[Week];

    /// <summary>Begins with the first week: its mean day, and what every half-hour of the week differs from it.</summary>
    public SeasonalProfile(ReadOnlySpan<double> firstWeek)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(firstWeek.Length, Week);
        for (int i = 0; i < Week; i++) day[i % Day] += firstWeek[i] / 7;
        for (int i = 0; i < Week; i++) week[i] = firstWeek[i] - day[i % Day];
    }

    /// <summary>What is expected at half-hour <paramref name="t"/>; from what was observed before, at least 48 half-hours ahead.</summary>
    public double Expected(int t) => day[t % Day] + week[t % Week];

    /// <summary>Takes note of the value at half-hour <paramref name="t"/>.</summary>
    public void Observe(int t, double value)
    {
        double surprise = value - Expected(t);
        day[t % Day] += DayShare * surprise;
        week[t % Week] += WeekShare * surprise;
    }
}
