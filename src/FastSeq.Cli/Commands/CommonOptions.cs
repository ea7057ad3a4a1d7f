using System.CommandLine;
using FastSeq.Cuda;

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

    /// <summary>Where a model is computed.</summary>
    public static Option<string> Device()
    {
        var device = new Option<string>("--device") { Description = "Where the model is computed: on the processor, on the first GPU of 'fastseq devices', or on the faster of the two, which is measured once.", DefaultValueFactory = _ => "cpu" };
        device.AcceptOnlyFromAmong("cpu", "cuda", "auto");
        return device;
    }

    /// <summary>The device of the option; null for the processor.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="option">The option.</param>
    /// <param name="work">What the device is for.</param>
    /// <exception cref="CliException">It is not there: the message says what is missing.</exception>
    public static ISequenceDevice? DeviceOf(this ParseResult parsed, Option<string> option, DeviceWork work) => parsed.GetValue(option) switch
    {
        "auto" => CudaDevice.Auto(work),
        "cuda" => CudaDevice.Missing is { } missing ? throw new CliException(missing) : CudaDevice.Default,
        _ => null,
    };

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
