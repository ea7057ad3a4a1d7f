namespace FastSeq.Benchmarks.Workloads;

/// <summary>How our weights are stored; the peers always run float32.</summary>
enum WeightPrecision
{
    F32,
    BF16,
    Int8,
}
