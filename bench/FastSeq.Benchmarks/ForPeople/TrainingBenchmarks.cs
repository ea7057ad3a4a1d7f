using BenchmarkDotNet.Attributes;
using FastSeq.Benchmarks.Peers;
using FastSeq.Benchmarks.Workloads;

namespace FastSeq.Benchmarks.ForPeople;

/// <summary>How long does a training step take, on one thread and on two? (Table C)</summary>
[Config(typeof(BenchmarkSettings))]
public class TrainingBenchmarks
{
    Contender? _contender;

    [ParamsSource(nameof(Models))]
    public string Model { get; set; } = "";

    [Params(1, 2)]
    public int Threads { get; set; }

    public static IEnumerable<string> Models => WorkloadCatalog.Names("C");

    [GlobalSetup(Target = nameof(FastSeq))]
    public void SetUpFastSeq() => _contender = WorkloadCatalog.Find("C", Model).NewOurs(Threads);

    [GlobalSetup(Target = nameof(TorchSharp))]
    public void SetUpTorchSharp() => _contender = WorkloadCatalog.Find("C", Model).NewPeer((workload, weights, data) =>
        new TorchTraining(workload.Network, weights, data, Threads, update: workload.Work == Work.TrainingStep));

    [GlobalCleanup]
    public void CleanUp() => _contender?.Dispose();

    [Benchmark(Baseline = true)]
    public void FastSeq() => _contender!.Run(1);

    [Benchmark]
    public void TorchSharp() => _contender!.Run(1);
}
