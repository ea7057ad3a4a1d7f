namespace FastSeq.Cuda.Benchmarks.Timing;

/// <summary><c>time</c>: every workload, training and inference, in every precision.</summary>
static class TimeCommand
{
    /// <summary>Times the workloads.</summary>
    /// <returns>Whether all of them ran.</returns>
    public static bool Run(Options options, TextWriter output)
    {
        var rows = new List<BenchRow>();
        foreach (Workload workload in Workload.All.Where(workload => workload.Name.Contains(options.Only, StringComparison.Ordinal)))
        {
            foreach (ProductPrecision precision in options.Precisions)
            {
                foreach (string mode in new[] { "training", "inference" })
                {
                    BenchRow row = Time(options, workload, mode, precision);
                    BenchRow.Append(options.Json, [row]);
                    rows.Add(row);
                }
            }
        }

        if (rows.Count == 0) throw new BenchException($"No workload has '{options.Only}' in its name; there are {string.Join(", ", Workload.All.Select(workload => workload.Name))}.");
        TextTable.Write(output, ["workload", "mode", "precision", "ms"], [.. rows.Select(row => new[] { row.Workload!, row.Mode!, row.Precision!, TextTable.Number(TextTable.Median(row.Milliseconds ?? [])) })], texts: 3);
        foreach (BenchRow row in rows.Where(row => row.Error is not null)) output.WriteLine($"{row.Workload}, {row.Mode}, {row.Precision}: {row.Error}");
        return rows.All(row => row.Error is null);
    }

    static BenchRow Time(Options options, Workload workload, string mode, ProductPrecision precision)
    {
        CudaDevice device = CudaDevice.Default;
        (int batch, int timeSteps) = options.Tiny ? (2, 3) : (workload.Batch, workload.TimeSteps);
        BenchRow row = workload.Row("fastseq", mode, Options.NameOf(precision)) with { Batch = batch, TimeSteps = timeSteps };
        device.ProductPrecision = precision;
        try
        {
            using TimedRun run = mode == "training" ? workload.Model.Training(batch, timeSteps, device, 1) : workload.Model.Inference(batch, timeSteps, device, 1);
            return row with { Milliseconds = [.. Enumerable.Range(0, options.Rounds).Select(_ => 1000 * run.Round(options.WarmUp, options.Steps))] };
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
