using System.Diagnostics;
using FastSeq.Benchmarks.Shared;
using FastSeq.Benchmarks.Workloads;

namespace FastSeq.Benchmarks.Ratios;

/// <summary>The time of one call, what the probe said around it, and whether others took the core away meanwhile.</summary>
readonly record struct Sample(double Microseconds, double PeakGflops, bool Interrupted);

/// <summary>One contender in one workload: warmed up once, then sampled once a round.</summary>
sealed class Cell(Contender contender) : IDisposable
{
    /// <summary>A sample holds as many calls as take about this long.</summary>
    static readonly TimeSpan s_sampleTime = TimeSpan.FromMilliseconds(15);
    static readonly TimeSpan s_warmUpTime = TimeSpan.FromMilliseconds(300);

    /// <summary>How often a sample is taken again because the core was slowed down by others.</summary>
    const int Attempts = 4;
    const double GoodShareOfBestProbe = 0.95;


    /// <summary>A sample this long is kept as it is: repeating it would cost more than it tells.</summary>
    const double LongSampleMicroseconds = 400_000;

    readonly List<Sample> _samples = [];
    int _calls = 1;

    public Contender Contender { get; } = contender;
    public double Microseconds => Statistics.Median(_samples.Select(sample => sample.Microseconds));

    /// <summary>The fastest sample: what the core can do when nobody disturbs it.</summary>
    public double LeastMicroseconds => _samples.Min(sample => sample.Microseconds);

    /// <summary>The median over the rounds of (operations a second) / (operations a second of the probe around it, times threads).</summary>
    public double ShareOfPeak(double flops) =>
        Statistics.Median(_samples.Select(sample => flops / (sample.Microseconds * 1e3) / (sample.PeakGflops * Contender.Threads)));

    /// <summary>More than a quarter of the samples were interrupted, or taken while the core was slower than 95 % of the best it has shown.</summary>
    public bool IsDisturbed(double bestPeak) => _samples.Count(sample => !IsGood(sample, bestPeak)) * 4 > _samples.Count;

    /// <summary>Runs until the code is compiled in its last tier and finds how many calls make a sample.</summary>
    public void WarmUp()
    {
        Ready();
        long start = Stopwatch.GetTimestamp();
        int runs = 0;
        do
            Contender.Run(1);
        while (++runs < 200 && Stopwatch.GetElapsedTime(start) < s_warmUpTime);

        // The compiler's background thread starts 100 ms after the last method of the first tier.
        Thread.Sleep(runs < 200 ? 0 : 150);
        while (true)
        {
            long before = Stopwatch.GetTimestamp();
            Contender.Run(_calls);
            TimeSpan time = Stopwatch.GetElapsedTime(before);
            if (time >= s_sampleTime / 2 && Stopwatch.GetElapsedTime(start) >= s_warmUpTime)
            {
                _calls = Math.Max(1, (int)(_calls * (s_sampleTime / time)));
                return;
            }

            if (time < s_sampleTime / 2)
                _calls *= 2;
        }
    }

    /// <summary>Takes the sample of one round; again where the core was slow or taken away.</summary>
    /// <returns>The microseconds of a call.</returns>
    public double Measure(ref double bestPeak)
    {
        Ready();
        Sample best = default;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            double before = FmaProbe.Measure();
            var clock = SampleClock.Start();
            Contender.Run(_calls);
            (double microseconds, bool interrupted) = clock.Stop(Contender.Threads);
            double peak = Math.Min(before, FmaProbe.Measure());
            bestPeak = Math.Max(bestPeak, Math.Max(before, peak));
            var sample = new Sample(microseconds / _calls, peak, interrupted);
            if (attempt == 0 || (best.Interrupted && !sample.Interrupted) || (best.Interrupted == sample.Interrupted && peak > best.PeakGflops))
                best = sample;
            if (IsGood(sample, bestPeak) || microseconds > LongSampleMicroseconds)
                break;
        }

        _samples.Add(best);
        return best.Microseconds;
    }

    /// <summary>Managed bytes a call on all threads, the least of three tries (others in the process allocate too).</summary>
    public double Allocated()
    {
        Ready();
        int calls = Math.Min(_calls, 1000);
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 3; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Contender.Run(calls);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return (double)least / calls;
    }

    static bool IsGood(Sample sample, double bestPeak) => !sample.Interrupted && sample.PeakGflops >= GoodShareOfBestProbe * bestPeak;

    void Ready()
    {
        CorePinning.Set(Contender.Threads == 1);
        Contender.Prepare();
    }

    public void Dispose() => Contender.Dispose();
}
