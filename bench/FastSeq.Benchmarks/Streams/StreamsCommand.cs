using System.CommandLine;
using FastSeq.Benchmarks.Ratios;
using FastSeq.Benchmarks.Workloads;

namespace FastSeq.Benchmarks.Streams;

/// <summary>Advances streams by <c>StepMany</c>, or one after the other by <c>Step</c>.</summary>
delegate void StreamLoop<TModel, TState>(TModel model, ReadOnlySpan<float> x, Span<TState> states, Span<float> y);

/// <summary>What does it gain to advance live streams together? Both ways in turn, medians of rounds, the time a stream.</summary>
static class StreamsCommand
{
    const int Rounds = 9;

    public static Command Create()
    {
        var command = new Command("streams", "StepMany beside as many single steps.");
        command.SetAction(_ => Run());
        return command;
    }

    static void Run()
    {
        Console.WriteLine($"{Versions.CpuName}\n");
        Console.WriteLine("| model | streams | Step us a stream | StepMany us a stream | gain | share of FMA peak | allocated B |");
        Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|");
        double bestPeak = FmaProbe.Measure();
        foreach (int streams in new[] { 2, 8, 32 })
        {
            Report<Lstm10To20, Lstm10To20.State>(
                "LSTM 10->20", new Lstm10To20(1), streams, 10, 20, Lstm10To20.FlopsPerStep, ref bestPeak,
                static (model, x, states, y) =>
                {
                    for (int b = 0; b < states.Length; b++)
                        model.Step(x.Slice(b * 10, 10), ref states[b], y.Slice(b * 20, 20));
                },
                static (model, x, states, y) => model.StepMany(x, states, y));
            Report<Lstm64To64, Lstm64To64.State>(
                "LSTM 64->64", new Lstm64To64(1), streams, 64, 64, Lstm64To64.FlopsPerStep, ref bestPeak,
                static (model, x, states, y) =>
                {
                    for (int b = 0; b < states.Length; b++)
                        model.Step(x.Slice(b * 64, 64), ref states[b], y.Slice(b * 64, 64));
                },
                static (model, x, states, y) => model.StepMany(x, states, y));
            Report<Lstm128To256, Lstm128To256.State>(
                "LSTM 128->256", new Lstm128To256(1), streams, 128, 256, Lstm128To256.FlopsPerStep, ref bestPeak,
                static (model, x, states, y) =>
                {
                    for (int b = 0; b < states.Length; b++)
                        model.Step(x.Slice(b * 128, 128), ref states[b], y.Slice(b * 256, 256));
                },
                static (model, x, states, y) => model.StepMany(x, states, y));
            Report<Gru128To256, Gru128To256.State>(
                "GRU 128->256", new Gru128To256(1), streams, 128, 256, Gru128To256.FlopsPerStep, ref bestPeak,
                static (model, x, states, y) =>
                {
                    for (int b = 0; b < states.Length; b++)
                        model.Step(x.Slice(b * 128, 128), ref states[b], y.Slice(b * 256, 256));
                },
                static (model, x, states, y) => model.StepMany(x, states, y));
        }
    }

    static void Report<TModel, TState>(
        string name, TModel model, int streams, int inputSize, int outputSize, long flops, ref double bestPeak,
        StreamLoop<TModel, TState> single, StreamLoop<TModel, TState> together)
        where TState : unmanaged
    {
        using var step = new Cell(new LiveStreams<TModel, TState>(model, streams, inputSize, outputSize, single));
        using var many = new Cell(new LiveStreams<TModel, TState>(model, streams, inputSize, outputSize, together));
        step.WarmUp();
        many.WarmUp();
        for (int round = 0; round < Rounds; round++)
        {
            step.Measure(ref bestPeak);
            many.Measure(ref bestPeak);
        }

        Console.WriteLine(
            $"| {name} | {streams} | {step.Microseconds / streams:F4} | {many.Microseconds / streams:F4} | {step.Microseconds / many.Microseconds:F2} | {many.ShareOfPeak((double)flops * streams) * 100:F1} % | {many.Allocated():0.#} |");
    }

    sealed class LiveStreams<TModel, TState>(TModel model, int streams, int inputSize, int outputSize, StreamLoop<TModel, TState> loop) : Contender(Ours, 1)
        where TState : unmanaged
    {
        readonly float[] _x = [.. Enumerable.Range(0, streams * inputSize).Select(i => MathF.Sin(i))];
        readonly float[] _y = new float[streams * outputSize];
        readonly TState[] _states = new TState[streams];

        public override void Run(int calls)
        {
            for (int i = 0; i < calls; i++)
                loop(model, _x, _states, _y);
        }

        public override float[] Check() => _y;
    }
}
