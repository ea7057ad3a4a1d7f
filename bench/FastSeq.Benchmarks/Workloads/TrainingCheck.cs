namespace FastSeq.Benchmarks.Workloads;

/// <summary>Contenders of a training workload compare the losses of this many steps from the same weights (with dropout: one loss without it; a layer alone: loss and norm of the gradients).</summary>
static class TrainingCheck
{
    public const int Steps = 3;
    public const float LearningRate = 1e-3f;
}
