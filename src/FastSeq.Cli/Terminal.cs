using Spectre.Console;

namespace FastSeq.Cli;

/// <summary>Where a verb writes: a terminal that a person looks at, or a file or a pipe that gets plain lines.</summary>
sealed class Terminal
{
    /// <summary>Writes to the console or elsewhere.</summary>
    public Terminal(TextWriter output)
    {
        Output = output;
        IsInteractive = ReferenceEquals(output, System.Console.Out) && !System.Console.IsOutputRedirected;
    }

    /// <summary>Plain text.</summary>
    public TextWriter Output { get; }

    /// <summary>Whether a person watches.</summary>
    public bool IsInteractive { get; }

    /// <summary>A line of text.</summary>
    public void WriteLine(string text = "") => Output.WriteLine(text);

    /// <summary>Rows under their titles.</summary>
    /// <param name="titles">What stands above each column.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="numbers">How many of the last columns are numbers, which stand at the right.</param>
    public void WriteTable(string[] titles, IReadOnlyList<string[]> rows, int numbers)
    {
        int[] widths = [.. titles.Select((title, column) => rows.Select(row => row[column].Length).Append(title.Length).Max())];
        foreach (string[] row in rows.Prepend(titles))
            WriteLine(string.Join("  ", row.Select((text, column) => column < titles.Length - numbers ? text.PadRight(widths[column]) : text.PadLeft(widths[column]))));
    }

    /// <summary>A number of bytes, for people.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1 << 10 => FormattableString.Invariant($"{bytes} B"),
        < 1 << 20 => FormattableString.Invariant($"{bytes / 1024.0:0.0} KiB"),
        < 1 << 30 => FormattableString.Invariant($"{bytes / 1048576.0:0.0} MiB"),
        _ => FormattableString.Invariant($"{bytes / 1073741824.0:0.00} GiB"),
    };

    /// <summary>Trains with a live display, or a line for every epoch where nobody watches.</summary>
    /// <param name="epochs">How many epochs at most.</param>
    /// <param name="train">Trains, and calls back after every epoch.</param>
    public T Training<T>(int epochs, Func<Action<EpochReport>, T> train)
    {
        if (!IsInteractive) return train(report => WriteLine(report.ToString()));
        T result = default!;
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask("training", maxValue: epochs);
                result = train(report =>
                {
                    task.Value = report.Epoch;
                    task.Description = Describe(report);
                });
                task.Value = epochs;
            });
        return result;
    }

    static string Describe(EpochReport report) => report.ValidationLoss is { } validation
        ? FormattableString.Invariant($"epoch {report.Epoch}/{report.Epochs}  loss {report.Loss:0.0000}  validation {validation:0.0000}  {report.SequencesPerSecond:N0} sequences/s")
        : FormattableString.Invariant($"epoch {report.Epoch}/{report.Epochs}  loss {report.Loss:0.0000}  {report.SequencesPerSecond:N0} sequences/s");
}
