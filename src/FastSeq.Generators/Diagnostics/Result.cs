using FastSeq.Generators.Support;

namespace FastSeq.Generators.Diagnostics;

/// <summary>What a stage made, if it could, and what it has to say about it.</summary>
internal sealed record Result<T>(T? Value, EquatableArray<DiagnosticInfo> Diagnostics)
    where T : class;
