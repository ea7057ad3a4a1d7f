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

    /// <summary>Times all points.</summary>
    /// <returns>Whether all of them ran.</returns>
    public static bool Run(Options options, TextWriter output)
    {
        var rows = new List<BenchRow>();
        foreach (TimedModel model in Models.Where(model => model.Info.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase)))
        {
            foreach (string mode in new[] { "training", "inference" })
            {
                foreach (int batch in options.Tiny ? Batches.Take(2) : Batches)
                {
                    BenchRow row = Time(options, model, mode, batch);
                    BenchRow.Append(options.Json, [row]);
                    rows.Add(row);
                }
            }
        }

        if (rows.Count == 0) throw new BenchException($"No model has '{options.Only}' in its name; there are {string.Join(", ", Models.Select(model => model.Info.Name))}.");
        output.WriteLine(FormattableString.Invariant($"LSTM of two layers, {(options.Tiny ? 2 : TimeSteps)} time steps, ms a step; the processor has {options.Threads} threads"));
        TextTable.Write(output, ["mode", "hidden", "batch", "processor", "device", "faster"], [.. rows.Select(Cells)], texts: 1);
        foreach (BenchRow row in rows.Where(row => row.Error is not null)) output.WriteLine($"{row.Mode}, hidden {row.Hidden}, batch {row.Batch}: {row.Error}");
        return rows.All(row => row.Error is null);
    }

    static string[] Cells(BenchRow row)
    {
        double device = TextTable.Median(row.Milliseconds ?? []), processor = row.ProcessorMilliseconds ?? double.NaN;
        return [row.Mode!, $"{row.Hidden}", $"{row.Batch}", TextTable.Number(processor), TextTable.Number(device), device < processor ? "device" : device >= processor ? "processor" : "-"];
    }

    static BenchRow Time(Options options, TimedModel model, string mode, int batch)
    {
        int timeSteps = options.Tiny ? 2 : TimeSteps, fewer = timeSteps;
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
            using TimedRun run = mode == "training" ? model.Training(batch, steps, device, options.Threads) : model.Inference(batch, steps, device, options.Threads);
            double first = run.Round(warmUp: options.WarmUp, steps: 1);
            int more = options.Tiny ? 1 : (int)Math.Clamp(SecondsOfAPoint / Math.Max(first, 1e-6), 1, 50);
            return TextTable.Median([run.Round(1, more), run.Round(1, more), run.Round(1, more)]);
        }
    }
}
