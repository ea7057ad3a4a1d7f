using BenchmarkDotNet.Running;
using FastSeq.Benchmarks.Features;
using FastSeq.Benchmarks.Latency;
using FastSeq.Benchmarks.Peers;
using FastSeq.Benchmarks.Ratios;
using FastSeq.Benchmarks.Streams;

return args switch
{
    ["ratios", ..] => RatiosCommand.Run(args.AsSpan(1)),
    ["parts", ..] => PartsCommand.Run(args.ElementAtOrDefault(1), args.ElementAtOrDefault(2)),
    ["streams"] => StreamsCommand.Run(),
    ["latency"] => LatencyCommand.Run(),
    ["kernels"] => KernelsCommand.Run(),
    ["sizes"] => SizesCommand.Run(),
    ["features", ..] => FeaturesCommand.Run(args.ElementAtOrDefault(1)),
    ["benchmarks", ..] => Benchmarks(args[1..]),
    _ => Help(),
};

static int Benchmarks(string[] args)
{
    if (TorchLibrary.Load() is { } missing)
        Console.WriteLine(missing);
    BenchmarkSwitcher.FromAssembly(typeof(RatiosCommand).Assembly).Run(args);
    return 0;
}

static int Help()
{
    Console.Error.WriteLine($"""
        dotnet run -c Release --project bench/FastSeq.Benchmarks -- VERB

        {RatiosOptions.Usage}
        streams (StepMany against single steps)
        latency (a million streaming steps, each timed: random inputs, silence, another thread allocating)
        kernels (share of the FMA peak of the matrix kernels)
        parts [TEXT [ROUNDS]] (where the time of our training steps goes; many rounds for a profiler)
        sizes (generated lines, bytes of IL and generator milliseconds as models grow)
        features [TEXT] (what each feature costs beside its arithmetic; only those whose names have the text)
        benchmarks [arguments of BenchmarkDotNet, for instance --filter *Step*]
        """);
    return 2;
}
