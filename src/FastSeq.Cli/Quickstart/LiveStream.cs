using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FastSeq.Cli.Quickstart;

/// <summary>Runs the forecaster as an app would: one half-hour after the other comes in, one forecast each goes out.</summary>
/// <param name="Steps">How many were timed.</param>
/// <param name="Median">The median time of a <c>Step</c>, in nanoseconds.</param>
/// <param name="Slowest">The time that one of a thousand exceeds.</param>
/// <param name="AllocatedBytes">
/// What the whole stream allocated: features, steps and forecasts. The least of the rounds, because a collection that another thread starts counts the rest of
/// this thread's allocation window.
/// </param>
/// <param name="SameAsPredict">Whether every output was, bit for bit, that of <c>Predict</c> over the whole series.</param>
sealed record LiveStream(int Steps, double Median, double Slowest, long AllocatedBytes, bool SameAsPredict)
{
    /// <summary>Streams the series several times.</summary>
    /// <param name="model">The forecaster.</param>
    /// <param name="scaling">What it was trained with.</param>
    /// <param name="demand">The series.</param>
    /// <param name="predicted">The outputs of <c>Predict</c>.</param>
    /// <param name="rounds">How many times; one more comes before, to warm up.</param>
    public static LiveStream Measure(DemandForecaster model, DemandScaling scaling, double[] demand, float[] predicted, int rounds)
    {
        int stepsOfRound = demand.Length - DemandFeatures.FirstForecast;
        var ticks = new long[stepsOfRound * rounds];
        long allocated = long.MaxValue;
        bool same = true;
        for (int round = -1; round < rounds; round++)
        {
            var features = new DemandFeatures(scaling, demand.AsSpan(0, SeasonalProfile.Week));
            Span<long> ticksOfRound = ticks.AsSpan(Math.Max(round, 0) * stepsOfRound, stepsOfRound);
            long before = GC.GetAllocatedBytesForCurrentThread();
            same &= Run(model, features, demand, predicted, ticksOfRound);
            if (round >= 0) allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Array.Sort(ticks);
        return new LiveStream(ticks.Length, Nanoseconds(ticks[ticks.Length / 2]), Nanoseconds(ticks[(int)(ticks.Length * 0.999)]), allocated, same);
    }

    static bool Run(DemandForecaster model, DemandFeatures features, ReadOnlySpan<double> demand, ReadOnlySpan<float> predicted, Span<long> ticks)
    {
        Span<float> input = stackalloc float[DemandForecaster.InputSize];
        Span<float> output = stackalloc float[DemandForecaster.OutputSize];
        Span<double> dayAhead = stackalloc double[DemandFeatures.Horizon];
        var state = default(DemandForecaster.State);
        bool same = true;
        while (features.Time < DemandFeatures.FirstForecast) features.Observe(demand[features.Time]);
        for (int i = 0; i < ticks.Length; i++)
        {
            features.Write(input);
            long started = Stopwatch.GetTimestamp();
            model.Step(input, ref state, output);
            ticks[i] = Stopwatch.GetTimestamp() - started;
            features.ToMegawatts(output, dayAhead);
            same &= MemoryMarshal.AsBytes(output).SequenceEqual(MemoryMarshal.AsBytes(predicted.Slice(i * output.Length, output.Length)));
            features.Observe(demand[features.Time]);
        }

        return same;
    }

    static double Nanoseconds(long ticks) => 1e9 * ticks / Stopwatch.Frequency;
}
