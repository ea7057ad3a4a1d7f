using System.CommandLine;
using FastSeq.Benchmarks.Features;
using FastSeq.Benchmarks.ForPeople;
using FastSeq.Benchmarks.Latency;
using FastSeq.Benchmarks.Ratios;
using FastSeq.Benchmarks.Shared;
using FastSeq.Benchmarks.Streams;

// BenchmarkDotNet has a command line of its own: everything behind that verb, --help as well, is for it, untouched.
string[] ours = args is [BenchmarksCommand.Name, ..] ? args[..1] : args, theirs = args[ours.Length..];
var root = new RootCommand("FastSeq beside TorchSharp and ONNX Runtime, in one process, on the same weights and data.")
{
    RatiosCommand.Create(), PartsCommand.Create(), StreamsCommand.Create(), LatencyCommand.Create(), KernelsCommand.Create(), SizesCommand.Create(), FeaturesCommand.Create(), BenchmarksCommand.Create(theirs),
};
return BenchCommandLine.Run(root, ours, Console.Out, Console.Error);
