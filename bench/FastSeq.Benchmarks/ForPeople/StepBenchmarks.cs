using BenchmarkDotNet.Attributes;
using FastSeq.Benchmarks.Peers;
using FastSeq.Benchmarks.Workloads;

namespace FastSeq.Benchmarks.ForPeople;

/// <summary>How long does one step of a live stream take? (Table A)</summary>
[Config(typeof(BenchmarkSettings))]
public class StepBenchmarks
{
    const int Steps = 100;
    Contender? _contender;

    [ParamsSource(nameof(Models))]
    public string Model { get; set; } = "";

    public static IEnumerable<string> Models => WorkloadCatalog.Names("A");

    [GlobalSetup(Target = nameof(FastSeq))]
    public void SetUpFastSeq() => _contender = WorkloadCatalog.Find("A", Model).NewOurs(threads: 1);

    [GlobalSetup(Target = nameof(TorchSharp))]
    public void SetUpTorchSharp() => _contender = WorkloadCatalog.Find("A", Model).NewPeer((workload, weights, data) => new TorchStep(workload.Network, weights, data));

    [GlobalSetup(Target = nameof(OnnxRuntime))]
    public void SetUpOnnxRuntime() => _contender = WorkloadCatalog.Find("A", Model).NewPeer((workload, weights, data) => new OnnxStep(workload.Network, weights, data));

    [GlobalCleanup]
    public void CleanUp() => _contender?.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Steps)]
    public void FastSeq() => _contender!.Run(Steps);

    [Benchmark(OperationsPerInvoke = Steps)]
    public void TorchSharp() => _contender!.Run(Steps);

    [Benchmark(OperationsPerInvoke = Steps)]
    public void OnnxRuntime() => _contender!.Run(Steps);
}
