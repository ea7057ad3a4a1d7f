using FastSeq.Benchmarks.Shared;

namespace FastSeq.Cuda.Tests.Bench;

/// <summary>bench/Shared, which the benchmarks of the processor compile as well.</summary>
public sealed class SharedTests
{
    [Fact]
    public void Median_IsTheMiddle()
    {
        Assert.Equal(2, Statistics.Median([3, 1, 2]));
        Assert.Equal(2.5, Statistics.Median([4, 1, 3, 2]));
        Assert.Equal(7, Statistics.Median([7]));
        Assert.Equal(double.NaN, Statistics.Median([]));
    }

    [Fact]
    public void Table_IsTextOrMarkdown()
    {
        var table = new TextTable(["name", "ms", ""], [["a", "12.5", "busy"], ["long name", "3", ""]], texts: 1);
        Assert.Equal("name         ms\na          12.5  busy\nlong name     3\n", Written(table.Write));
        Assert.Equal(
            """
            | name      |   ms |      |
            |-----------|-----:|-----:|
            | a         | 12.5 | busy |
            | long name |    3 |      |

            """.ReplaceLineEndings("\n"),
            Written(table.WriteMarkdown));
    }

    [Fact]
    public void Selection_IsByAPartOfTheName()
    {
        string[] names = ["Lstm", "Gru", "GruLstm"];
        Assert.Equal(["Lstm", "GruLstm"], Selection.ByName(names, name => name, "lstm", "model", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(names, Selection.ByName(names, name => name, "", "model", StringComparison.Ordinal));
        var wrong = Assert.Throws<BenchException>(() => Selection.ByName(names, name => name, "lstm", "model", StringComparison.Ordinal));
        Assert.Equal("No model has 'lstm' in its name; there are Lstm; Gru; GruLstm.", wrong.Message);
    }

    static string Written(Action<TextWriter> write)
    {
        using var text = new StringWriter { NewLine = "\n" };
        write(text);
        return text.ToString();
    }
}
