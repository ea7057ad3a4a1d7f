namespace FastSeq.Benchmarks.Ratios;

/// <summary>Contenders of a workload do not agree.</summary>
sealed class CheckException(string message) : Exception(message);
