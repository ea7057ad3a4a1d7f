namespace FastSeq.Benchmarks.Workloads;

/// <summary>A contender whose call is made of parts that can be timed one by one.</summary>
interface IHasParts
{
    /// <summary>The parts, in the order they must run in.</summary>
    IReadOnlyList<(string Name, Action Work)> Parts { get; }
}
