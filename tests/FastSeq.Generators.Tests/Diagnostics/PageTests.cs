using FastSeq.Generators.Tests.Support;

namespace FastSeq.Generators.Tests.Diagnostics;

/// <summary>The examples of docs/diagnostics say what they are said to say.</summary>
public class PageTests
{
    private const string Prelude = "using System.IO; using FastSeq; class Device;\n";

    public static TheoryData<string> Pages => new(Directory.GetFiles(Repository.PathOf("docs", "diagnostics"), "*.md").Select(path => Path.GetFileName(path)!));

    [Theory]
    [MemberData(nameof(Pages))]
    public void ExampleOfPage_ReportsItsDiagnosticAlone(string page)
    {
        string text = File.ReadAllText(Repository.PathOf("docs", "diagnostics", page));
        string fence = "```csharp\n";
        int heading = text.IndexOf("## Example\n", StringComparison.Ordinal) + "## Example\n".Length;
        if (!text.AsSpan(heading).StartsWith(fence))
        {
            Assert.StartsWith("```xml\n", text[heading..], StringComparison.Ordinal);
            return;
        }

        string example = text[(heading + fence.Length)..text.IndexOf("\n```", heading, StringComparison.Ordinal)];
        string id = Path.GetFileNameWithoutExtension(page);
        GeneratorOutcome outcome = Harness.Run(Prelude + example);

        // From FSQ101 on: what the compiler says where generated code is misused.
        string line = Assert.Single(string.CompareOrdinal(id, "FSQ100") > 0 ? outcome.CompileErrors : outcome.Reported);
        Assert.Contains($" {id}: ", line, StringComparison.Ordinal);

        // The comment with the id stands in the line that the compiler would name.
        int marked = Array.FindIndex(example.Split('\n'), each => each.Contains(id, StringComparison.Ordinal));
        Assert.Contains($"({marked + 2},", line[..line.IndexOf(':', StringComparison.Ordinal)], StringComparison.Ordinal);
    }
}
