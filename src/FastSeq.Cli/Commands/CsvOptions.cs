using System.CommandLine;
using FastSeq.Cli.Csv;

namespace FastSeq.Cli.Commands;

/// <summary>The options that say which CSV file, and how it is written.</summary>
sealed class CsvOptions
{
    readonly Option<string> data = new("--data") { Description = "A CSV file with a header; rows in order of time, oldest first.", Required = true };
    readonly Option<string> delimiter = new("--delimiter") { Description = "What lies between fields: ',' ';' or tab; guessed from the header by default." };
    readonly Option<bool> decimalComma = new("--decimal-comma") { Description = "Numbers are written 3,14." };

    public CsvOptions() => delimiter.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && ToDelimiter(result.Tokens[0].Value) is null) result.AddError("--delimiter must be one character, or 'tab'.");
    });

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Add(data);
        command.Add(delimiter);
        command.Add(decimalComma);
    }

    /// <summary>Reads columns of the file.</summary>
    public NumberTable Read(ParseResult parsed, IReadOnlyList<string> names) => NumberTable.Read(
        parsed.GetValue(data)!, names, new NumberTable.Format(parsed.GetValue(delimiter) is { } text ? ToDelimiter(text) : null, parsed.GetValue(decimalComma)));

    static char? ToDelimiter(string text) => text is "tab" or "\\t" ? '\t' : text.Length == 1 && text[0] is not ('"' or '\n' or '\r') ? text[0] : null;
}
