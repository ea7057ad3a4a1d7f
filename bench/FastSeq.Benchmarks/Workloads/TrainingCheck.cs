namespace FastSeq.Benchmarks.Workloads;

/// <summary>Contenders of a training workload compare the losses of this many steps from the same weights (with dropout: one loss without it).</summary>
static class TrainingCheck
{
    public const int Steps = 3;
    public const float LearningRate = 1e-3f;
}
