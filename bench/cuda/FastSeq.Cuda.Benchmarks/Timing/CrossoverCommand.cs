using System.CommandLine;
using FastSeq.Benchmarks.Shared;
using FastSeq.Cuda.Benchmarks.Models;

namespace FastSeq.Cuda.Benchmarks.Timing;

/// <summary><c>crossover</c>: from which batch on a model of some size is faster on the device than on the processor.</summary>
static class CrossoverCommand
{
    const int TimeSteps = 32;

    // A second or so of one core; more time steps take evenly longer.
    const double MostOperations = 5e10;

    const double SecondsOfAPoint = 0.3;

    static readonly int[] Batches = [1, 4, 16, 64, 256, 1024];

    static readonly TimedModel[] Models = [new TimedModel<Lstm64>(), new TimedModel<Lstm128>(), new TimedModel<Lstm256>(), new TimedModel<Lstm512>(), new TimedModel<Lstm1024>()];

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Option<string> only = BenchOptions.Text("--only", "Models whose names have the text.");
        Option<int?> threads = BenchOptions.WholeNumber("--threads", "The threads of the processor (default all).");
        Option<int?> warmUp = CommonOptions.WarmUp();
        Option<bool> tiny = CommonOptions.Tiny();
        Option<string?> json = CommonOptions.Json();
        var command = new Command("crossover", "The same model on the processor and on the device, by batch and hidden size.") { only, threads, warmUp, tiny, json };
        command.SetDeviceWork((parsed, output) =>
        {
            bool isTiny = parsed.GetValue(tiny);
            var settings = new Settings(isTiny, parsed.GetValue(threads) ?? Environment.ProcessorCount, parsed.GetValue(warmUp) ?? (isTiny ? 1 : CommonOptions.WarmUpSteps));
            return Run(parsed.GetValue(only)!, settings, parsed.GetValue(json), output);
        });
        return command;
    }

    readonly record struct Settings(bool IsTiny, int Threads, int WarmUp)
    {
        public int TimeSteps => IsTiny ? 2 : CrossoverCommand.TimeSteps;
    }

    // Whether all points ran.
    static bool Run(string only, Settings settings, string? json, TextWriter output)
    {
        var rows = new List<BenchRow>();
        foreach (TimedModel model in Selection.ByName(Models, model => model.Info.Name, only, "model", StringComparison.OrdinalIgnoreCase))
        {
            foreach (string mode in new[] { "training", "inference" })
            {
                foreach (int batch in settings.IsTiny ? Batches.Take(2) : Batches)
                {
                    BenchRow row = Time(settings, model, mode, batch);
                    BenchRow.Append(json, [row]);
                    rows.Add(row);
                }
            }
        }

        output.WriteLine(FormattableString.Invariant($"LSTM of two layers, {settings.TimeSteps} time steps, ms a step; the processor has {settings.Threads} threads"));
        new TextTable(["mode", "hidden", "batch", "processor", "device", "faster"], [.. rows.Select(Cells)], texts: 1).Write(output);
        foreach (BenchRow row in rows.Where(row => row.Error is not null)) output.WriteLine($"{row.Mode}, hidden {row.Hidden}, batch {row.Batch}: {row.Error}");
        return rows.All(row => row.Error is null);
    }

    static string[] Cells(BenchRow row)
    {
        double device = Statistics.Median(row.Milliseconds ?? []), processor = row.ProcessorMilliseconds ?? double.NaN;
        return [row.Mode!, $"{row.Hidden}", $"{row.Batch}", Figures.Short(processor), Figures.Short(device), device < processor ? "device" : device >= processor ? "processor" : "-"];
    }

    static BenchRow Time(Settings settings, TimedModel model, string mode, int batch)
    {
        int timeSteps = settings.TimeSteps, fewer = timeSteps;
        double operations = (double)model.Info.FlopsPerStep * batch * (mode == "training" ? 3 : 1);
        while (fewer > 1 && operations * fewer > MostOperations) fewer /= 2;
        var row = new BenchRow { Side = "crossover", Mode = mode, Precision = "float32", Cell = "lstm", Layers = Workload.Layers, Batch = batch, TimeSteps = timeSteps, Features = TimedModel.Features, Hidden = model.Info.OutputSize };
        row = row with { ProcessorMilliseconds = 1000 * Point(fewer, null) * timeSteps / fewer };
        try
        {
            return row with { Milliseconds = [1000 * Point(timeSteps, CudaDevice.Default)] };
        }
        catch (CudaException exception)
        {
            return row with { Error = exception.Message };
        }

        double Point(int steps, ISequenceDevice? device)
        {
            using TimedRun run = mode == "training" ? model.Training(batch, steps, device, settings.Threads) : model.Inference(batch, steps, device, settings.Threads);
            double first = run.Round(warmUp: settings.WarmUp, steps: 1);
            int more = settings.IsTiny ? 1 : (int)Math.Clamp(SecondsOfAPoint / Math.Max(first, 1e-6), 1, 50);
            return Statistics.Median([run.Round(1, more), run.Round(1, more), run.Round(1, more)]);
        }
    }
}
