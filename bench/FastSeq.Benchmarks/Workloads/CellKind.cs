namespace FastSeq.Benchmarks.Workloads;

/// <summary>The recurrent cells that peers know too.</summary>
enum CellKind
{
    Rnn,
    Lstm,
    Gru,
}
