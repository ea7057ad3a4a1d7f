namespace FastSeq.Benchmarks.Shared;

/// <summary>Rows under their titles, texts at the left and numbers at the right, every column as wide as its longest cell.</summary>
/// <param name="titles">What stands above each column.</param>
/// <param name="rows">The rows.</param>
/// <param name="texts">How many of the first columns are texts.</param>
sealed class TextTable(string[] titles, IReadOnlyList<string[]> rows, int texts)
{
    readonly int[] _widths = [.. titles.Select((title, column) => rows.Select(row => row[column].Length).Append(title.Length).Max())];

    /// <summary>Writes the table for a terminal.</summary>
    public void Write(TextWriter output)
    {
        foreach (string[] line in rows.Prepend(titles)) output.WriteLine(string.Join("  ", Padded(line)).TrimEnd());
    }

    /// <summary>Writes the table as Markdown.</summary>
    public void WriteMarkdown(TextWriter output)
    {
        output.WriteLine(MarkdownLine(titles));
        output.WriteLine($"|{string.Concat(_widths.Select((width, column) => $"{new string('-', width + 1)}{(column < texts ? '-' : ':')}|"))}");
        foreach (string[] row in rows) output.WriteLine(MarkdownLine(row));
    }

    string MarkdownLine(string[] line) => $"| {string.Join(" | ", Padded(line))} |";

    IEnumerable<string> Padded(string[] line) => line.Select((text, column) => column < texts ? text.PadRight(_widths[column]) : text.PadLeft(_widths[column]));
}
