using System.CommandLine;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using FastSeq.Benchmarks.Peers;
using FastSeq.Benchmarks.Shared;
using FastSeq.Benchmarks.Workloads;

namespace FastSeq.Benchmarks.Ratios;

/// <summary>Measures the three tables: ours and the peers in turn, medians of rounds, everything as ratios of one run.</summary>
static class RatiosCommand
{
    /// <summary>Rows measured on a slowed core are measured again as long as this has not passed.</summary>
    static readonly TimeSpan s_timeForSecondTries = TimeSpan.FromMinutes(7);
    static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    sealed record Settings(string? Table, string Name, int? Threads, int? Rounds, string? Json, string? Save);

    public static Command Create()
    {
        var only = new Option<string?>("--only") { Description = "One table: A streaming steps, B whole sequences, C training steps." };
        only.AcceptOnlyFromAmong("A", "B", "C");
        Option<string> workload = BenchOptions.Text("--workload", "Workloads whose names have the text.");
        var threads = new Option<int?>("--threads") { Description = "Rows with so many threads; two need a quiet machine." };
        threads.AcceptOnlyFromAmong("1", "2");
        Option<int?> rounds = BenchOptions.WholeNumber("--rounds", "A time is the median of the rounds (default 15, training 9).");
        Option<string?> json = BenchOptions.Json("A file for an array with an object for each row.");
        var save = new Option<string?>("--save") { Description = "A folder to write <CPU name>/ratios.md, ratios.json and versions.txt into.", HelpName = "FOLDER" };
        var command = new Command("ratios", "Three tables, ours and the peers in turn, in under ten minutes; exit code 1 where results differ.") { only, workload, threads, rounds, json, save };
        command.SetAction(parsed => Run(new Settings(parsed.GetValue(only), parsed.GetValue(workload)!, parsed.GetValue(threads), parsed.GetValue(rounds), parsed.GetValue(json), parsed.GetValue(save))));
        return command;
    }

    static int Run(Settings settings)
    {
        Workload[] workloads = Choose(settings);
        string? torchMissing = TorchLibrary.Load();
        string versions = Versions.Describe(torchMissing);
        Console.WriteLine(versions);

        long start = Stopwatch.GetTimestamp();
        double bestPeak = FmaProbe.Measure();
        var rows = new Dictionary<Workload, RatioRow[]>();
        List<string> failures = [];
        foreach (Workload workload in workloads)
            rows[workload] = Measure(workload, settings, torchMissing is null, ref bestPeak, failures);
        foreach (Workload workload in workloads)
        {
            if (rows[workload].Any(row => row.Disturbed) && Stopwatch.GetElapsedTime(start) < s_timeForSecondTries)
                rows[workload] = Measure(workload, settings, torchMissing is null, ref bestPeak, failures);
        }

        RatioRow[] all = [.. workloads.SelectMany(workload => rows[workload])];
        string tables = RatioTables.Write(all);
        Console.WriteLine(tables);
        Console.WriteLine($"Best FMA probe {bestPeak:F1} GFLOP/s a core; {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s.");
        foreach (string failure in failures)
            Console.WriteLine($"FAILED {failure}");
        Save(settings, all, tables, versions);
        return failures.Count == 0 ? BenchCommandLine.Success : BenchCommandLine.Failure;
    }

    static Workload[] Choose(Settings settings)
    {
        Workload[] possible = [.. WorkloadCatalog.All.Where(workload => (settings.Table is null || workload.Table == settings.Table) && (settings.Threads is not { } threads || workload.Threads.Contains(threads)))];
        return possible.Length > 0
            ? Selection.ByName(possible, workload => workload.Name, settings.Name, "workload", StringComparison.Ordinal)
            : throw new BenchException($"Table {settings.Table} has no rows with {settings.Threads} threads.");
    }

    static RatioRow[] Measure(Workload workload, Settings settings, bool torch, ref double bestPeak, List<string> failures)
    {
        Console.Error.WriteLine($"measuring {workload.Table} {workload.Name}");
        try
        {
            using var measurement = new WorkloadMeasurement(workload, torch, settings.Threads);
            measurement.Run(settings.Rounds ?? (workload.Table == "C" ? 9 : 15), ref bestPeak);
            return [.. measurement.Rows(bestPeak)];
        }
        catch (Exception e)
        {
            // One workload that fails must not cost the others.
            failures.Add(e is CheckException ? e.Message : $"{workload.Name}: {e}");
            return [];
        }
    }

    static void Save(Settings settings, RatioRow[] rows, string tables, string versions)
    {
        string json = "[\n" + string.Join(",\n", rows.Select(row => JsonSerializer.Serialize(row, s_json))) + "\n]\n";
        if (settings.Json is not null)
            File.WriteAllText(settings.Json, json);
        if (settings.Save is null)
            return;
        string folder = Directory.CreateDirectory(Path.Combine(settings.Save, Versions.CpuFolder)).FullName;
        File.WriteAllText(Path.Combine(folder, "ratios.json"), json);
        File.WriteAllText(Path.Combine(folder, "ratios.md"), $"# Ratios on {Versions.CpuName}\n{tables}");
        File.WriteAllText(Path.Combine(folder, "versions.txt"), versions + "\n");
    }
}
