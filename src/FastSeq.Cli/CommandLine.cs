using System.CommandLine;
using FastSeq.Cli.Commands;
using FastSeq.Cuda;

namespace FastSeq.Cli;

/// <summary>The command line: its verbs, and what every verb's errors and exit codes have in common.</summary>
static class CommandLine
{
    /// <summary>Everything went well.</summary>
    public const int Success = 0;

    /// <summary>A file or its content is at fault; the message says which and what to do.</summary>
    public const int Failure = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Misuse = 2;

    /// <summary>Ctrl-C; nothing was written.</summary>
    public const int Interrupted = 130;

    /// <summary>Runs a command line and says how it went.</summary>
    /// <param name="args">The arguments of the program.</param>
    /// <param name="output">Where results go; the console's own by default.</param>
    /// <param name="error">Where errors go; the console's own by default.</param>
    /// <param name="cancellationToken">Stops the verb as Ctrl-C does.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter? output = null, TextWriter? error = null, CancellationToken cancellationToken = default)
    {
        var root = new RootCommand("FastSeq: recurrent models declared in C#, compiled to the code of exactly their shape.")
        {
            QuickstartCommand.Create(), TrainCommand.Create(), PredictCommand.Create(), InspectCommand.Create(), DevicesCommand.Create(),
        };
        ParseResult parsed = root.Parse(args);
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false };
        if (output is not null) configuration.Output = output;
        if (error is not null) configuration.Error = error;
        int exitCode = await parsed.InvokeAsync(configuration, cancellationToken);
        return parsed.Errors.Count > 0 ? Misuse : exitCode;
    }

    /// <summary>Gives a verb its work.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="work">What it does; it gets a token that Ctrl-C cancels.</param>
    public static void SetWork(this Command command, Action<ParseResult, Terminal, CancellationToken> work) =>
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            InvocationConfiguration configuration = parsed.InvocationConfiguration;
            try
            {
                work(parsed, new Terminal(configuration.Output), cancellationToken);
                return Success;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                configuration.Error.WriteLine("stopped; nothing was written");
                return Interrupted;
            }
            catch (Exception exception) when (exception is CliException or CheckpointException or DatasetException or TrainingException or CudaException or NotSupportedException or IOException or UnauthorizedAccessException)
            {
                configuration.Error.WriteLine($"error: {Printable(exception.Message)}");
                return Failure;
            }
            catch (OutOfMemoryException)
            {
                configuration.Error.WriteLine("error: there is not enough memory for this. Pass a smaller --batch or --window, or bring fewer rows.");
                return Failure;
            }
        }, CancellationToken.None));

    /// <summary>A text without the characters that would steer a terminal; files can hold anything.</summary>
    public static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
