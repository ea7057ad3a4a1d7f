namespace FastSeq.Benchmarks.Shared;

/// <summary>Something that the person at the keyboard can mend: what this machine lacks, a file that is none of ours, a name that nothing has.</summary>
sealed class BenchException(string message) : Exception(message);
