using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace FastSeq.Benchmarks.Shared;

/// <summary>Options and arguments that several verbs share, and how their values are checked.</summary>
static class BenchOptions
{
    const int Most = 1_000_000;

    /// <summary>Chooses by a part of a name; everything by default.</summary>
    public static Option<string> Text(string name, string description) => new(name) { Description = description, HelpName = "TEXT", DefaultValueFactory = _ => "" };

    /// <summary>Chooses by a part of a name; everything by default.</summary>
    public static Argument<string> TextArgument(string description) => new("text") { Description = description, DefaultValueFactory = _ => "" };

    /// <summary>A whole number from 1; null where it is not given.</summary>
    public static Option<int?> WholeNumber(string name, string description) => new(name) { Description = description, HelpName = "N", CustomParser = result => ParseWholeNumber(result, name) };

    /// <summary>A whole number from 1; null where it is not given.</summary>
    public static Argument<int?> WholeNumberArgument(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.ZeroOrOne, CustomParser = result => ParseWholeNumber(result, name) };

    /// <summary>A file for rows as JSON, whose folder must be there: a run takes minutes, and what it found would be lost.</summary>
    public static Option<string?> Json(string description)
    {
        var json = new Option<string?>("--json") { Description = description, HelpName = "FILE" };
        json.Validators.Add(result =>
        {
            if (result.Tokens.Count == 0 || result.Tokens[0].Value is not { Length: > 0 } file) return;
            if (Directory.Exists(file)) result.AddError($"--json: '{file}' is a folder; name a file.");
            else if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file)))) result.AddError($"--json: there is no folder to write '{file}' into; make it first.");
        });
        return json;
    }

    static int? ParseWholeNumber(ArgumentResult result, string name)
    {
        string text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= Most) return number;
        result.AddError(FormattableString.Invariant($"{name} {text} must be a whole number from 1 to {Most:N0}."));
        return null;
    }
}
