using System.Globalization;

namespace FastSeq.Cli.Csv;

/// <summary>Columns of numbers from a CSV file. Whatever is wrong with the file is said with its line and its column.</summary>
/// <param name="File">What messages call the file.</param>
/// <param name="Columns">The numbers, column by column, in the order asked for.</param>
sealed record NumberTable(string File, double[][] Columns)
{
    /// <summary>How a CSV file is written.</summary>
    /// <param name="Delimiter">Between fields; by default the one of comma, semicolon and tab that the header has most of.</param>
    /// <param name="DecimalComma">Whether 3,14 is a number.</param>
    public readonly record struct Format(char? Delimiter, bool DecimalComma);

    /// <summary>The rows of numbers.</summary>
    public int Rows => Columns[0].Length;

    /// <summary>Reads columns by their names in the header.</summary>
    /// <param name="path">The file; UTF-8 or, with a byte order mark, UTF-16.</param>
    /// <param name="names">The columns.</param>
    /// <param name="format">How the file is written.</param>
    public static NumberTable Read(string path, IReadOnlyList<string> names, Format format)
    {
        if (!System.IO.File.Exists(path)) throw new CliException(Directory.Exists(path) ? $"'{path}' is a folder; name a CSV file." : $"there is no file '{path}'.");
        string file = Path.GetFileName(path);
        using var text = new StreamReader(path);
        string? firstLine = ReadFirstLine(path);
        if (string.IsNullOrWhiteSpace(firstLine)) throw new CliException($"{file}, line 1: there is no header. The first line must name the columns.");
        char delimiter = format.Delimiter ?? Guess(firstLine);
        if (format.DecimalComma && delimiter == ',') throw new CliException($"{file}: with decimal commas, fields must lie between semicolons or tabs. Pass --delimiter.");

        var reader = new CsvReader(text, file, delimiter);
        reader.Read();
        string[] header = [.. reader.Fields.Select(name => name.Trim())];
        int[] places = [.. names.Select(name => Find(file, header, name))];
        var columns = new List<double>[names.Count];
        for (int i = 0; i < columns.Length; i++) columns[i] = [];
        int blankLine = 0;
        while (reader.Read())
        {
            if (reader.IsBlank)
            {
                if (blankLine == 0) blankLine = reader.Line;
                continue;
            }

            if (blankLine > 0) throw new CliException($"{file}, line {blankLine}: the line is empty, but line {reader.Line} goes on. Delete it, or fill it.");
            if (reader.Fields.Count != header.Length)
                throw new CliException($"{file}, line {reader.Line}: {Count(reader.Fields.Count, "field")}, but the header has {header.Length}. Quote fields that hold '{Show(delimiter)}'.");
            for (int i = 0; i < places.Length; i++) columns[i].Add(Parse(file, reader, header, places[i], format.DecimalComma));
        }

        return new NumberTable(file, [.. columns.Select(column => column.ToArray())]);
    }

    static string? ReadFirstLine(string path)
    {
        using var text = new StreamReader(path);
        return text.ReadLine();
    }

    static char Guess(string header)
    {
        char best = ',';
        foreach (char candidate in ";\t")
        {
            if (header.Count(c => c == candidate) > header.Count(c => c == best)) best = candidate;
        }

        return best;
    }

    static int Find(string file, string[] header, string name)
    {
        int place = Array.IndexOf(header, name);
        if (place >= 0)
        {
            int second = Array.IndexOf(header, name, place + 1);
            return second < 0 ? place : throw new CliException($"{file}, line 1: the column '{name}' is there twice, as fields {place + 1} and {second + 1}. Rename one.");
        }

        if (header.All(field => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
            throw new CliException($"{file}, line 1: these are numbers ('{string.Join("', '", header.Take(4))}'), no header. Put a line with the names of the columns above them.");
        int almost = Array.FindIndex(header, field => string.Equals(field, name, StringComparison.OrdinalIgnoreCase));
        string hint = almost >= 0 ? $" Did you mean '{header[almost]}'?" : $" The file has: {string.Join(", ", header.Take(20))}{(header.Length > 20 ? ", ..." : "")}.";
        throw new CliException($"{file}, line 1: there is no column '{name}'.{hint}");
    }

    static double Parse(string file, CsvReader reader, string[] header, int place, bool decimalComma)
    {
        string text = reader.Fields[place].Trim(), number = decimalComma ? text.Replace(',', '.') : text;
        if (double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)) return value;
        string problem = text switch
        {
            "" => "the cell is empty. Fill it, or delete the line.",
            _ when IsMissing(text) => $"'{text}' stands for a missing value. Fill it, or delete the line.",
            _ when text.Contains(',') && double.TryParse(text.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out _)
                => $"'{text}' has a decimal comma. Write {text.Replace(',', '.')}, or pass --decimal-comma.",
            _ when text.Contains(',') && double.TryParse(text.Replace(",", ""), NumberStyles.Float, CultureInfo.InvariantCulture, out _)
                => $"'{text}' has commas between thousands. Write {text.Replace(",", "")}.",
            _ => $"'{(text.Length > 40 ? text[..40] + "..." : text)}' is not a number.",
        };
        throw new CliException($"{file}, line {reader.Line}, column '{header[place]}' (field {place + 1}): {problem}");
    }

    static bool IsMissing(string text) => text.ToUpperInvariant() is "NA" or "N/A" or "NAN" or "NULL" or "NONE" or "-" or "?" or "INF" or "-INF" or "INFINITY" or "-INFINITY" or "∞";

    static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    static string Show(char delimiter) => delimiter == '\t' ? "\\t" : delimiter.ToString();
}
