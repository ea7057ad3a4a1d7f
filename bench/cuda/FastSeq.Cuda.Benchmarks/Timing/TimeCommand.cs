using System.CommandLine;
using FastSeq.Benchmarks.Shared;

namespace FastSeq.Cuda.Benchmarks.Timing;

/// <summary><c>time</c>: every workload, training and inference, in every precision.</summary>
static class TimeCommand
{
    /// <summary>The verb.</summary>
    public static Command Create()
    {
        ProductPrecision[] all = Enum.GetValues<ProductPrecision>();
        Option<string> only = BenchOptions.Text("--only", "Workloads whose names have the text.");
        var precision = new Option<string?>("--precision") { Description = "The precision of products (default all)." };
        precision.AcceptOnlyFromAmong([.. all.Select(Figures.NameOf)]);
        Option<int?> rounds = BenchOptions.WholeNumber("--rounds", "A time is the median of the rounds (default 5, with --tiny 1).");
        Option<int?> steps = BenchOptions.WholeNumber("--steps", "The steps of a round (default 10, with --tiny 1).");
        Option<int?> warmUp = CommonOptions.WarmUp();
        Option<bool> tiny = CommonOptions.Tiny();
        Option<string?> json = CommonOptions.Json();
        var command = new Command("time", "Training steps and inference on the device; a table, and a JSON object for each row.") { only, precision, rounds, steps, warmUp, tiny, json };
        command.SetDeviceWork((parsed, output) =>
        {
            bool isTiny = parsed.GetValue(tiny);
            var settings = new Settings(isTiny, parsed.GetValue(rounds) ?? (isTiny ? 1 : 5), parsed.GetValue(steps) ?? (isTiny ? 1 : 10), parsed.GetValue(warmUp) ?? (isTiny ? 1 : CommonOptions.WarmUpSteps));
            ProductPrecision[] precisions = [.. all.Where(one => parsed.GetValue(precision) is not { } name || Figures.NameOf(one) == name)];
            return Run(parsed.GetValue(only)!, precisions, settings, parsed.GetValue(json), output);
        });
        return command;
    }

    readonly record struct Settings(bool IsTiny, int Rounds, int Steps, int WarmUp);

    // Whether all workloads ran.
    static bool Run(string only, ProductPrecision[] precisions, Settings settings, string? json, TextWriter output)
    {
        var rows = new List<BenchRow>();

        // peer.py tells upper from lower case as well, and both sides must time the same.
        foreach (Workload workload in Selection.ByName(Workload.All, workload => workload.Name, only, "workload", StringComparison.Ordinal))
        {
            foreach (ProductPrecision precision in precisions)
            {
                foreach (string mode in new[] { "training", "inference" })
                {
                    BenchRow row = Time(settings, workload, mode, precision);
                    BenchRow.Append(json, [row]);
                    rows.Add(row);
                }
            }
        }

        string[][] cells = [.. rows.Select(row => new[] { row.Workload!, row.Mode!, row.Precision!, Figures.Short(Statistics.Median(row.Milliseconds ?? [])) })];
        new TextTable(["workload", "mode", "precision", "ms"], cells, texts: 3).Write(output);
        foreach (BenchRow row in rows.Where(row => row.Error is not null)) output.WriteLine($"{row.Workload}, {row.Mode}, {row.Precision}: {row.Error}");
        return rows.All(row => row.Error is null);
    }

    static BenchRow Time(Settings settings, Workload workload, string mode, ProductPrecision precision)
    {
        CudaDevice device = CudaDevice.Default;
        (int batch, int timeSteps) = settings.IsTiny ? (2, 3) : (workload.Batch, workload.TimeSteps);
        BenchRow row = workload.Row("fastseq", mode, Figures.NameOf(precision)) with { Batch = batch, TimeSteps = timeSteps };
        device.ProductPrecision = precision;
        try
        {
            using TimedRun run = mode == "training" ? workload.Model.Training(batch, timeSteps, device, 1) : workload.Model.Inference(batch, timeSteps, device, 1);
            return row with { Milliseconds = [.. Enumerable.Range(0, settings.Rounds).Select(_ => 1000 * run.Round(settings.WarmUp, settings.Steps))] };
        }
        catch (CudaException exception)
        {
            return row with { Error = exception.Message };
        }
        finally
        {
            device.ProductPrecision = ProductPrecision.Float32;
        }
    }
}
