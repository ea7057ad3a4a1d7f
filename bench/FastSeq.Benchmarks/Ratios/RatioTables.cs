using System.Globalization;
using System.Text;

namespace FastSeq.Benchmarks.Ratios;

/// <summary>The tables as Markdown, one line a row.</summary>
static class RatioTables
{
    static readonly string[] s_columns =
        ["workload", "precision", "threads", "FastSeq us", "TorchSharp us", "ONNX Runtime us", "faster peer / FastSeq", "share of FMA peak", "of read peak", "allocated B", "difference", ""];

    public static string Write(IEnumerable<RatioRow> rows)
    {
        var text = new StringBuilder();
        foreach (IGrouping<string, RatioRow> table in rows.GroupBy(row => row.Table))
        {
            text.Append('\n').Append(Title(table.Key)).Append("\n\n");
            WriteTable(text, [.. table.Select(Cells).Prepend(s_columns)]);
        }

        return text.ToString();
    }

    static string Title(string table) => table switch
    {
        "A" => "## A. One streaming step, batch 1, state carried",
        "B" => "## B. Whole sequences, one thread",
        _ => "## C. One training step: forward, loss, backward, clip to norm 1, Adam (a layer alone: forward, loss, backward)",
    };

    static string[] Cells(RatioRow row) =>
    [
        row.Workload,
        row.Precision,
        row.Threads.ToString(CultureInfo.InvariantCulture),
        Time(row.OursMicroseconds),
        Time(row.TorchMicroseconds),
        Time(row.OnnxMicroseconds),
        row.Ratio is { } ratio ? Invariant($"{ratio:F2}") : "-",
        row.FmaShare is { } share ? Invariant($"{share * 100:F1} %") : "-",
        row.ReadShare is { } readShare ? Invariant($"{readShare * 100:F1} %") : "-",
        row.Allocated is { } bytes ? Invariant($"{bytes:0.#}") : "-",
        row.Difference is { } difference ? Invariant($"{difference:0.0e0}") : "-",
        row.Disturbed ? "busy host" : "",
    ];

    /// <summary>Four figures from a nanosecond to seconds.</summary>
    static string Time(double? microseconds) => microseconds switch
    {
        null => "-",
        < 10 => Invariant($"{microseconds:F4}"),
        < 100 => Invariant($"{microseconds:F2}"),
        < 1000 => Invariant($"{microseconds:F1}"),
        _ => Invariant($"{microseconds:F0}"),
    };

    static void WriteTable(StringBuilder text, IReadOnlyList<string[]> lines)
    {
        int[] widths = [.. Enumerable.Range(0, s_columns.Length).Select(column => lines.Max(line => line[column].Length))];
        for (int i = 0; i < lines.Count; i++)
        {
            for (int column = 0; column < widths.Length; column++)
            {
                string cell = lines[i][column];
                text.Append("| ").Append(column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])).Append(' ');
            }

            text.Append("|\n");
            if (i == 0)
                text.Append(string.Concat(widths.Select((width, column) => "|" + new string('-', width + 1) + (column == 0 ? "-" : ":")))).Append("|\n");
        }
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
