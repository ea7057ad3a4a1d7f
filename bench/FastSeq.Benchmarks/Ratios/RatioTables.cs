using System.Globalization;
using FastSeq.Benchmarks.Shared;
using static System.FormattableString;

namespace FastSeq.Benchmarks.Ratios;

/// <summary>The tables as Markdown, one line a row.</summary>
static class RatioTables
{
    static readonly string[] s_columns =
        ["workload", "precision", "threads", "FastSeq us", "TorchSharp us", "ONNX Runtime us", "faster peer / FastSeq", "share of FMA peak", "of read peak", "allocated B", "difference", ""];

    public static string Write(IEnumerable<RatioRow> rows)
    {
        using var text = new StringWriter { NewLine = "\n" };
        foreach (IGrouping<string, RatioRow> table in rows.GroupBy(row => row.Table))
        {
            text.WriteLine($"\n{Title(table.Key)}\n");
            new TextTable(s_columns, [.. table.Select(Cells)], texts: 1).WriteMarkdown(text);
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
}
