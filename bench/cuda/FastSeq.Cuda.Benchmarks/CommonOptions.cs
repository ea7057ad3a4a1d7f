using System.CommandLine;
using FastSeq.Benchmarks.Shared;

namespace FastSeq.Cuda.Benchmarks;

/// <summary>Options that several verbs share.</summary>
static class CommonOptions
{
    /// <summary>How many steps warm up where nothing says otherwise.</summary>
    public const int WarmUpSteps = 3;

    /// <summary>Shapes that only show whether everything runs.</summary>
    public static Option<bool> Tiny() => new("--tiny") { Description = "Tiny shapes, once: to see whether it runs." };

    /// <summary>Steps that do not count.</summary>
    public static Option<int?> WarmUp() => BenchOptions.WholeNumber("--warm-up", $"The steps before those that are timed (default {WarmUpSteps}, with --tiny 1).");

    /// <summary>Where rows are added.</summary>
    public static Option<string?> Json() => BenchOptions.Json("A file to add the rows to, a JSON object each.");
}
