using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace FastSeq.Generators.Tests.Support;

/// <summary>What one run of the generator made.</summary>
internal sealed class GeneratorOutcome(GeneratorRunResult result, Compilation output)
{
    private readonly ImmutableArray<Diagnostic> compilerDiagnostics = output.GetDiagnostics(TestContext.Current.CancellationToken);

    /// <summary>The generated files by name.</summary>
    public IReadOnlyDictionary<string, string> Files { get; } =
        result.GeneratedSources.IsDefault ? new Dictionary<string, string>() : result.GeneratedSources.ToDictionary(file => file.HintName, file => file.SourceText.ToString());

    /// <summary>What escaped from the generator; must be null whatever the user wrote.</summary>
    public Exception? Crash => result.Exception;

    /// <summary>The generator's diagnostics as the compiler prints them, without the file: <c>(9,2): error FSQ004: ...</c>, those that a pragma suppresses left out.</summary>
    public string[] Reported { get; } = result.Diagnostics.IsDefault
        ? []
        : result.Diagnostics.Where(diagnostic => !diagnostic.IsSuppressed).Select(Print).OrderBy(line => line, StringComparer.Ordinal).ToArray();

    /// <summary>What the compiler has against the sources and the generated files together.</summary>
    public string[] CompileErrors => compilerDiagnostics
        .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
        .Select(diagnostic => diagnostic.ToString()).ToArray();

    /// <summary>The compiler's errors in generated files.</summary>
    public string[] GeneratedErrors => InGenerated(DiagnosticSeverity.Error);

    /// <summary>The compiler's warnings about generated files.</summary>
    public string[] GeneratedWarnings => InGenerated(DiagnosticSeverity.Warning);

    /// <summary>Fails with all that is said against the sources and the generated files, unless it is nothing.</summary>
    public void AssertClean()
    {
        Assert.Null(Crash);
        string said = string.Join("\n", [.. Reported, .. CompileErrors, .. GeneratedWarnings]);
        Assert.True(said.Length == 0, said);
        Assert.NotEmpty(Files);
    }

    private string[] InGenerated(DiagnosticSeverity severity) => compilerDiagnostics
        .Where(diagnostic => diagnostic.Severity == severity && diagnostic.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true)
        .Select(diagnostic => diagnostic.ToString()).ToArray();

    private static string Print(Diagnostic diagnostic)
    {
        Microsoft.CodeAnalysis.Text.LinePosition start = diagnostic.Location.GetLineSpan().StartLinePosition;
        string severity = diagnostic.Severity == DiagnosticSeverity.Error ? "error" : "warning";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"({start.Line + 1},{start.Character + 1}): {severity} {diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}");
    }
}
