using System.Text.RegularExpressions;

namespace FastSeq.Generators.Tests.Support;

/// <summary>Compares generated text with Golden/*.verified.cs, whose readability is the thing tested. <c>FASTSEQ_UPDATE_GOLDEN=1</c> writes them anew.</summary>
internal static partial class Golden
{
    public static void Verify(string name, string text)
    {
        string path = Repository.PathOf("tests", "FastSeq.Generators.Tests", "Golden", name + ".verified.cs");
        text = Version().Replace(text, "\"FastSeq.Generators\", \"{version}\"");
        if (Environment.GetEnvironmentVariable("FASTSEQ_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, text);
        }

        string expected = File.Exists(path) ? File.ReadAllText(path) : "";
        if (text != expected)
        {
            File.WriteAllText(Path.ChangeExtension(path, null).Replace(".verified", ".received.cs", StringComparison.Ordinal), text);
            Assert.Equal(expected, text);
        }
    }

    [GeneratedRegex("\"FastSeq\\.Generators\", \"[0-9][^\"]*\"")]
    private static partial Regex Version();
}
