namespace FastSeq.Benchmarks.Workloads;

/// <summary>Contenders of a streaming workload compare the output of this many steps of the same input, from the zero state.</summary>
static class StepCheck
{
    public const int Steps = 5;
}
