using System.Globalization;

namespace FastSeq.Cli.Charts;

/// <summary>Round numbers for an axis that covers some values.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
/// <param name="Step">From one tick to the next: 1, 2 or 5 times a power of ten.</param>
readonly record struct ChartFrame(double Low, double High, double Step)
{
    /// <summary>Covers all values with about so many ticks.</summary>
    public static ChartFrame Around(ReadOnlySpan<double> first, ReadOnlySpan<double> second, int ticks)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double value in first) (low, high) = (Math.Min(low, value), Math.Max(high, value));
        foreach (double value in second) (low, high) = (Math.Min(low, value), Math.Max(high, value));
        double raw = Math.Max((high - low) / ticks, 1e-9), power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = power * (raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        return new ChartFrame(Math.Floor(low / step) * step, Math.Ceiling(high / step) * step, step);
    }

    /// <summary>The height of a value between 0 (low) and 1 (high).</summary>
    public double Share(double value) => (value - Low) / (High - Low);

    /// <summary>A tick's text.</summary>
    public static string Text(double value) => value.ToString("#,0.###", CultureInfo.InvariantCulture);
}
