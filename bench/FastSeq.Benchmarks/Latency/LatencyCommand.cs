using System.CommandLine;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using FastSeq.Benchmarks.Ratios;

namespace FastSeq.Benchmarks.Latency;

/// <summary>
/// How long does the slowest of a million streaming steps take? Every step is timed on a pinned core, in three conditions: random inputs; silence after random inputs,
/// where states decay; random inputs while another thread allocates as fast as it can.
/// </summary>
/// <remarks>A sample is a step and one reading of the clock; what the clock alone costs is measured first and printed, and taken off nowhere.</remarks>
static class LatencyCommand
{
    const int Steps = 1_000_000, Inputs = 1024;

    public static Command Create()
    {
        var command = new Command("latency", "A million streaming steps, each timed: random inputs, silence, another thread allocating.");
        command.SetAction(_ => Run());
        return command;
    }

    static void Run()
    {
        Console.WriteLine(Versions.CpuName);
        CorePinning.Set(pinned: true);
        Console.WriteLine($"core {CorePinning.Core}, {Steps:N0} steps a row; two readings of the clock are {Clock()} ns apart (median), which every sample holds.");
        bool held = true;
        held &= Measure("LSTM 10->20", new Lstm10Stream(new Lstm10To20(1)));
        held &= Measure("LSTM 1->16 + Linear 1", new Lstm1Stream(new Lstm1To16To1(1)));
        held &= Measure("GRU 128->256", new Gru128Stream(new Gru128To256(1)));
        Console.WriteLine(held ? "p99.9 is at most 3 times p50 everywhere, and no step caused a garbage collection." : "p99.9 is beyond 3 times p50 somewhere, or a step allocated.");
    }

    static bool Measure<TStream>(string name, TStream stream)
        where TStream : struct, ILiveStream
    {
        // Filled, so that no page of it is touched for the first time between two steps.
        var times = new int[Steps];
        Array.Fill(times, 1);
        float[] random = [.. Enumerable.Range(0, Inputs * stream.InputSize).Select(i => MathF.Sin(i * 1.7f))], silence = new float[random.Length];
        Time(ref stream, random, times.AsSpan(0, Steps / 10));

        bool held = Report($"{name}, random inputs", ref stream, random, times);
        var control = new MultiplyAddLoop(Histogram.Percentile(times, 50));
        Report("multiply-adds in registers for as long, no memory, no model: what the host does to any program", ref control, random, times);

        // Without biases, but for those that keep the old state, a state decays in silence for as long as there are numbers.
        foreach (ParameterInfo parameter in stream.Info.Parameters)
        {
            if (parameter.Name.Contains("bias", StringComparison.Ordinal))
            {
                int units = (int)parameter.Count / (stream.Info.Parameters[0].Name.StartsWith("gru", StringComparison.Ordinal) ? 3 : 4);
                bool keeps = parameter.Name.Contains("bias_ih", StringComparison.Ordinal);
                parameter.CopyFrom<float>([.. Enumerable.Range(0, (int)parameter.Count).Select(i => keeps && i / units == 1 ? 1f : 0f)], stream.Parameters);
            }
        }

        Time(ref stream, random, times.AsSpan(0, Steps / 100));
        int before = Histogram.Percentile(times.AsSpan(0, Steps / 100), 50);
        held &= Report($"{name}, silence", ref stream, silence, times);
        Console.WriteLine($"  p50 before the silence {before} ns, in its first 10,000 steps {Histogram.Percentile(times.AsSpan(0, 10_000), 50)} ns, in its last {Histogram.Percentile(times.AsSpan(Steps - 10_000), 50)} ns");

        using var allocator = new Allocator();
        held &= Report($"{name}, another thread allocating", ref stream, random, times);
        return held;
    }

    static bool Report<TStream>(string title, ref TStream stream, float[] inputs, int[] times)
        where TStream : struct, ITimedStep
    {
        int collections = GC.CollectionCount(0);
        long switches = SampleClock.ThreadSwitches(), allocated = GC.GetAllocatedBytesForCurrentThread();
        Time(ref stream, inputs, times);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        switches = SampleClock.ThreadSwitches() - switches;
        collections = GC.CollectionCount(0) - collections;
        Console.WriteLine($"\n{title}: {allocated} bytes allocated by the steps, {collections} garbage collections, taken off the core {switches} times");
        return Histogram.Print(times) && allocated == 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Time<TStream>(ref TStream stream, ReadOnlySpan<float> inputs, Span<int> times)
        where TStream : struct, ITimedStep
    {
        int inputSize = stream.InputSize;
        Span<float> y = stackalloc float[stream.OutputSize];
        long before = Stopwatch.GetTimestamp();
        for (int i = 0; i < times.Length; i++)
        {
            stream.Step(inputs.Slice(i % Inputs * inputSize, inputSize), y);
            long now = Stopwatch.GetTimestamp();
            times[i] = (int)Math.Min(int.MaxValue, (now - before) * 1_000_000_000 / Stopwatch.Frequency);
            before = now;
        }
    }

    static int Clock()
    {
        var times = new int[100_000];
        for (int round = 0; round < 2; round++)
        {
            long before = Stopwatch.GetTimestamp();
            for (int i = 0; i < times.Length; i++)
            {
                long now = Stopwatch.GetTimestamp();
                times[i] = (int)((now - before) * 1_000_000_000 / Stopwatch.Frequency);
                before = now;
            }
        }

        return Histogram.Percentile(times, 50);
    }

    /// <summary>A thread on any core that makes garbage until it is disposed of.</summary>
    sealed class Allocator : IDisposable
    {
        readonly Thread _thread;
        volatile bool _stop;

        public Allocator()
        {
            CorePinning.Set(pinned: false);
            _thread = new Thread(() =>
            {
                var kept = new byte[256][];
                for (int i = 0; !_stop; i++)
                    kept[i % kept.Length] = new byte[1000 + (i % 500)];
            });
            _thread.Start();
            CorePinning.Set(pinned: true);
        }

        public void Dispose()
        {
            _stop = true;
            _thread.Join();
        }
    }
}
