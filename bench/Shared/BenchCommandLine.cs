using System.CommandLine;
using System.CommandLine.Parsing;

namespace FastSeq.Benchmarks.Shared;

/// <summary>What the command lines of both programs have in common: errors are one line, and what exit codes mean.</summary>
static class BenchCommandLine
{
    /// <summary>Everything went well.</summary>
    public const int Success = 0;

    /// <summary>Something failed or differs.</summary>
    public const int Failure = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Misuse = 2;

    /// <summary>Runs a command line.</summary>
    /// <param name="root">The verbs.</param>
    /// <param name="args">The arguments of the program.</param>
    /// <param name="output">Where results and help go.</param>
    /// <param name="error">Where errors go.</param>
    /// <param name="explainsItself">Which exceptions, besides those of files, have a message that says everything.</param>
    /// <returns>The exit code.</returns>
    public static int Run(RootCommand root, string[] args, TextWriter output, TextWriter error, Func<Exception, bool>? explainsItself = null)
    {
        if (args.Length == 0)
        {
            root.Parse("--help").Invoke(new InvocationConfiguration { Output = error, Error = error });
            return Misuse;
        }

        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            // Of a word that is no verb the library says first that a verb is missing.
            ParseError first = parsed.Errors.FirstOrDefault(one => parsed.UnmatchedTokens is [string word, ..] && one.Message.Contains($"'{word}'", StringComparison.Ordinal)) ?? parsed.Errors[0];
            error.WriteLine($"error: {Sentence(first)} See '{FullName(parsed.CommandResult)} --help'.");
            return Misuse;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (Exception exception) when (exception is BenchException or IOException or UnauthorizedAccessException || explainsItself?.Invoke(exception) == true)
        {
            error.WriteLine($"error: {exception.Message}");
            return Failure;
        }
    }

    // The library lists allowed values over several lines, and says of a value not which option it stands behind.
    static string Sentence(ParseError error)
    {
        string message = string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        string? option = (error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult)?.Option.Name;
        return (option is null || message.Contains(option, StringComparison.Ordinal) ? message : $"{option}: {message}").TrimEnd('.') + ".";
    }

    static string FullName(CommandResult? command) => command is null ? "" : $"{FullName(command.Parent as CommandResult)} {command.Command.Name}".TrimStart();
}
