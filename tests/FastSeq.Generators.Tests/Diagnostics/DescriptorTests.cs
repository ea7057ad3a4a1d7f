using System.Reflection;
using FastSeq.Generators.Diagnostics;
using FastSeq.Generators.Tests.Support;
using Microsoft.CodeAnalysis;

namespace FastSeq.Generators.Tests.Diagnostics;

/// <summary>Every diagnostic has all that belongs to one.</summary>
public class DescriptorTests
{
    private static readonly DiagnosticDescriptor[] All = typeof(DiagnosticDescriptors).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (DiagnosticDescriptor)field.GetValue(null)!).ToArray();

    public static TheoryData<string> Ids => new(All.Select(descriptor => descriptor.Id));

    [Theory]
    [MemberData(nameof(Ids))]
    public void Diagnostic_HasPageTestAndReleaseLine(string id)
    {
        DiagnosticDescriptor descriptor = Assert.Single(All, descriptor => descriptor.Id == id);
        string title = descriptor.Title.ToString(null);

        string page = Repository.PathOf("docs", "diagnostics", id + ".md");
        Assert.True(File.Exists(page), "no page " + page);
        string text = File.ReadAllText(page);
        Assert.StartsWith($"# {id}: {title}\n", text, StringComparison.Ordinal);
        Assert.All(["## Cause", "## Example", "## Mend"], heading => Assert.Contains(heading, text, StringComparison.Ordinal));
        Assert.EndsWith($"docs/diagnostics/{id}.md", descriptor.HelpLinkUri, StringComparison.Ordinal);

        string[] releases = ["AnalyzerReleases.Unshipped.md", "AnalyzerReleases.Shipped.md"];
        string line = $"{id} | FastSeq | {descriptor.DefaultSeverity} | {title}";
        Assert.Contains(releases, file => File.ReadAllLines(Repository.PathOf("src", "FastSeq.Generators", file)).Contains(line));

        string[] tests = Directory.GetFiles(Repository.PathOf("tests", "FastSeq.Generators.Tests", "Diagnostics"), "*.cs");
        Assert.Contains(tests, file => File.ReadAllText(file).Contains($" {id}: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Ids_AreConsecutive() => Assert.Equal(
        Enumerable.Range(1, All.Length).Select(number => $"FSQ{number:000}"), All.Select(descriptor => descriptor.Id));
}
