namespace FastSeq.Benchmarks.Latency;

/// <summary>The distribution of the times of many steps.</summary>
static class Histogram
{
    static readonly double[] s_bounds = [1.1, 1.25, 1.5, 2, 3, 5, 10, 30, 100, 1000, double.PositiveInfinity];

    /// <summary>The time in nanoseconds that so many per cent of the steps do not exceed.</summary>
    public static int Percentile(ReadOnlySpan<int> times, double percent)
    {
        int[] sorted = times.ToArray();
        Array.Sort(sorted);
        return At(sorted, percent);
    }

    /// <summary>Prints percentiles and how many steps took how many times the median. Nothing is left out: what the host took is in it.</summary>
    /// <returns>Whether p99.9 is at most 3 times p50.</returns>
    public static bool Print(ReadOnlySpan<int> times)
    {
        int[] sorted = times.ToArray();
        Array.Sort(sorted);
        int median = At(sorted, 50);
        Console.WriteLine("  " + string.Join("  ", new[] { 50, 90, 99, 99.9, 99.99 }.Select(p => $"p{p} {At(sorted, p)} ns")) + $"  max {sorted[^1]} ns  p99.9/p50 {(double)At(sorted, 99.9) / median:F2}  {sorted.Count(time => time > 3 * median):N0} steps beyond 3 x p50");
        int from = 0;
        foreach (double bound in s_bounds)
        {
            int to = from;
            while (to < sorted.Length && sorted[to] <= bound * median)
                to++;
            if (to > from)
            {
                string bar = new('#', (int)Math.Ceiling(Math.Log10(to - from + 1) * 8));
                Console.WriteLine($"  up to {(double.IsInfinity(bound) ? "more" : bound + " x p50"),-12} {to - from,9:N0} {bar}");
            }

            from = to;
        }

        return At(sorted, 99.9) <= 3 * median;
    }

    static int At(int[] sorted, double percent) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * percent / 100))];
}
