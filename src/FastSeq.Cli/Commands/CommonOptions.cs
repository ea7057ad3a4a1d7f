using System.CommandLine;

namespace FastSeq.Cli.Commands;

/// <summary>Options that several verbs share, and how their values are checked.</summary>
static class CommonOptions
{
    /// <summary>The threads that train.</summary>
    public static Option<int> Threads()
    {
        var threads = new Option<int>("--threads") { Description = "The threads that train; the result is the same with any number.", DefaultValueFactory = _ => Math.Min(2, Environment.ProcessorCount) };
        threads.AddRange(1, 1024);
        return threads;
    }

    /// <summary>Accepts whole numbers from a range only.</summary>
    public static void AddRange(this Option<int> option, int least, int most) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count == 0 || !int.TryParse(result.Tokens[0].Value, out int value)) return;
        if (value < least || value > most) result.AddError(FormattableString.Invariant($"{option.Name} {value} must be from {least:N0} to {most:N0}."));
    });

    /// <summary>Accepts numbers above 0 up to a limit only.</summary>
    public static void AddRange(this Option<double> option, double most) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count == 0) return;
        double value = result.GetValueOrDefault<double>();
        if (!(value > 0 && value <= most)) result.AddError(FormattableString.Invariant($"{option.Name} {value} must be above 0 and at most {most}."));
    });
}
