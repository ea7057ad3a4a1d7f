using System.Globalization;

namespace FastSeq.Cuda.Benchmarks;

/// <summary>Rows under their titles, texts at the left and numbers at the right.</summary>
static class TextTable
{
    /// <summary>Writes a table.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="titles">What stands above each column.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="texts">How many of the first columns are texts.</param>
    public static void Write(TextWriter output, string[] titles, IReadOnlyList<string[]> rows, int texts)
    {
        int[] widths = [.. titles.Select((title, column) => rows.Select(row => row[column].Length).Append(title.Length).Max())];
        foreach (string[] row in rows.Prepend(titles))
            output.WriteLine(string.Join("  ", row.Select((text, column) => column < texts ? text.PadRight(widths[column]) : text.PadLeft(widths[column]))).TrimEnd());
    }

    /// <summary>A number of three digits or so; a dash for none.</summary>
    public static string Number(double value) => !double.IsFinite(value) ? "-" : value.ToString(value switch { >= 100 => "0", >= 10 => "0.0", >= 1 => "0.00", _ => "0.000" }, CultureInfo.InvariantCulture);

    /// <summary>The median; NaN of nothing.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
