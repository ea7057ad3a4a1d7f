using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using FastSeq.Benchmarks.Peers;
using FastSeq.Benchmarks.Workloads;

namespace FastSeq.Benchmarks.Ratios;

/// <summary>Measures the three tables: ours and the peers in turn, medians of rounds, everything as ratios of one run.</summary>
static class RatiosCommand
{
    /// <summary>Rows measured on a slowed core are measured again as long as this has not passed.</summary>
    static readonly TimeSpan s_timeForSecondTries = TimeSpan.FromMinutes(7);
    static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static int Run(ReadOnlySpan<string> args)
    {
        if (RatiosOptions.Parse(args) is not { } options)
            return 2;
        string? torchMissing = TorchLibrary.Load();
        string versions = Versions.Describe(torchMissing);
        Console.WriteLine(versions);

        long start = Stopwatch.GetTimestamp();
        double bestPeak = FmaProbe.Measure();
        Workload[] workloads = [.. WorkloadCatalog.All.Where(workload =>
            (options.Only is null || workload.Table == options.Only) && (options.Filter is null || workload.Name.Contains(options.Filter))
            && (options.Threads is not { } threads || workload.Threads.Contains(threads)))];
        var rows = new Dictionary<Workload, RatioRow[]>();
        List<string> failures = [];
        foreach (Workload workload in workloads)
            rows[workload] = Measure(workload, options, torchMissing is null, ref bestPeak, failures);
        foreach (Workload workload in workloads)
        {
            if (rows[workload].Any(row => row.Disturbed) && Stopwatch.GetElapsedTime(start) < s_timeForSecondTries)
                rows[workload] = Measure(workload, options, torchMissing is null, ref bestPeak, failures);
        }

        RatioRow[] all = [.. workloads.SelectMany(workload => rows[workload])];
        string tables = RatioTables.Write(all);
        Console.WriteLine(tables);
        Console.WriteLine($"Best FMA probe {bestPeak:F1} GFLOP/s a core; {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s.");
        foreach (string failure in failures)
            Console.WriteLine($"FAILED {failure}");
        Save(options, all, tables, versions);
        return failures.Count == 0 ? 0 : 1;
    }

    static RatioRow[] Measure(Workload workload, RatiosOptions options, bool torch, ref double bestPeak, List<string> failures)
    {
        Console.Error.WriteLine($"measuring {workload.Table} {workload.Name}");
        try
        {
            using var measurement = new WorkloadMeasurement(workload, torch, options.Threads);
            measurement.Run(options.Rounds ?? (workload.Table == "C" ? 9 : 15), ref bestPeak);
            return [.. measurement.Rows(bestPeak)];
        }
        catch (Exception e)
        {
            // One workload that fails must not cost the others.
            failures.Add(e is CheckException ? e.Message : $"{workload.Name}: {e}");
            return [];
        }
    }

    static void Save(RatiosOptions options, RatioRow[] rows, string tables, string versions)
    {
        string json = "[\n" + string.Join(",\n", rows.Select(row => JsonSerializer.Serialize(row, s_json))) + "\n]\n";
        if (options.Json is not null)
            File.WriteAllText(options.Json, json);
        if (options.Save is null)
            return;
        string folder = Directory.CreateDirectory(Path.Combine(options.Save, Versions.CpuFolder)).FullName;
        File.WriteAllText(Path.Combine(folder, "ratios.json"), json);
        File.WriteAllText(Path.Combine(folder, "ratios.md"), $"# Ratios on {Versions.CpuName}\n{tables}");
        File.WriteAllText(Path.Combine(folder, "versions.txt"), versions + "\n");
    }
}
