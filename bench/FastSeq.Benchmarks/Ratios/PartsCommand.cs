using System.CommandLine;
using FastSeq.Benchmarks.Shared;
using FastSeq.Benchmarks.Workloads;

namespace FastSeq.Benchmarks.Ratios;

/// <summary>Where does the time of our training steps go? Two lines a workload of table C.</summary>
static class PartsCommand
{
    public static Command Create()
    {
        Argument<string> only = BenchOptions.TextArgument("Workloads whose names have the text.");
        Argument<int?> rounds = BenchOptions.WholeNumberArgument("rounds", "How often everything is timed (default 21); many rounds for a profiler.");
        var threads = new Option<int?>("--threads") { Description = "The threads of a step (default 1)." };
        threads.AcceptOnlyFromAmong("1", "2");
        var command = new Command("parts", "Where the time of our training steps goes: forward, backward, update.") { only, rounds, threads };
        command.SetAction(parsed => Run(parsed.GetValue(only)!, parsed.GetValue(rounds) ?? 21, parsed.GetValue(threads) ?? 1));
        return command;
    }

    static void Run(string only, int rounds, int threads)
    {
        Workload[] trainings = [.. WorkloadCatalog.All.Where(workload => workload.Table == "C")];
        Workload[] workloads = Selection.ByName(trainings, workload => workload.Name, only, "workload", StringComparison.Ordinal);
        Console.WriteLine(Versions.CpuName);
        foreach (Workload workload in workloads)
        {
            Contender contender = workload.NewOurs(threads);
            CorePinning.Set(pinned: threads == 1);
            using var cell = new Cell(contender);
            cell.WarmUp();
            Report(workload, ((IHasParts)contender).Parts, rounds, threads);
        }
    }

    static void Report(Workload workload, IReadOnlyList<(string Name, Action Work)> parts, int rounds, int threads)
    {
        double[][] times = [.. parts.Select(_ => new double[rounds])];
        var peaks = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            peaks[round] = FmaProbe.Measure();
            for (int part = 0; part < parts.Count; part++)
            {
                var clock = SampleClock.Start();
                parts[part].Work();
                times[part][round] = clock.Stop(threads).Microseconds;
            }
        }

        Write(workload, parts, [.. times.Select(Statistics.Median)], threads * Statistics.Median(peaks), "median");
        Write(workload, parts, [.. times.Select(ofPart => ofPart.Min())], threads * peaks.Max(), "fastest");
    }

    static void Write(Workload workload, IReadOnlyList<(string Name, Action Work)> parts, double[] microseconds, double peak, string what)
    {
        double share = workload.Flops / (microseconds.Sum() * 1e3) / peak;
        Console.WriteLine($"{workload.Name,-22}{what,-8}" + string.Concat(parts.Zip(microseconds, (part, time) => $"{part.Name,10} {time,10:F1} us")) + $"   {share * 100:F1} % of the FMA peak");
    }
}
