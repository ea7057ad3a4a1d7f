using BenchmarkDotNet.Attributes;
using FastSeq.Benchmarks.Peers;
using FastSeq.Benchmarks.Workloads;

namespace FastSeq.Benchmarks.ForPeople;

/// <summary>How long does a batch of whole sequences take? (Table B)</summary>
[Config(typeof(BenchmarkSettings))]
public class SequenceBenchmarks
{
    Contender? _contender;

    [ParamsSource(nameof(Models))]
    public string Model { get; set; } = "";

    public static IEnumerable<string> Models => WorkloadCatalog.Names("B");

    [GlobalSetup(Target = nameof(FastSeq))]
    public void SetUpFastSeq() => _contender = WorkloadCatalog.Find("B", Model).NewOurs(threads: 1);

    [GlobalSetup(Target = nameof(TorchSharp))]
    public void SetUpTorchSharp() => _contender = WorkloadCatalog.Find("B", Model).NewPeer((workload, weights, data) => new TorchPredict(workload.Network, weights, data));

    [GlobalSetup(Target = nameof(OnnxRuntime))]
    public void SetUpOnnxRuntime() => _contender = WorkloadCatalog.Find("B", Model).NewPeer((workload, weights, data) => new OnnxPredict(workload.Network, weights, data));

    [GlobalCleanup]
    public void CleanUp() => _contender?.Dispose();

    [Benchmark(Baseline = true)]
    public void FastSeq() => _contender!.Run(1);

    [Benchmark]
    public void TorchSharp() => _contender!.Run(1);

    [Benchmark]
    public void OnnxRuntime() => _contender!.Run(1);
}
