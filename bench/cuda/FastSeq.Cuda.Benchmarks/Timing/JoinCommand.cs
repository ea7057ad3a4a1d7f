using System.CommandLine;
using FastSeq.Benchmarks.Shared;

namespace FastSeq.Cuda.Benchmarks.Timing;

/// <summary><c>join</c>: the times of both sides in one table, by workload, and how near they are to what the device does at most.</summary>
static class JoinCommand
{
    const int Number = sizeof(float);

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        var files = new Argument<string[]>("file") { Description = "Files that 'time', 'peak' and peer.py wrote.", HelpName = "FILE", Arity = ArgumentArity.OneOrMore };
        var command = new Command("join", "The times of both sides, and how near they are to the peaks, in one table.") { files };
        command.SetAction(parsed => Run(parsed.GetValue(files)!, parsed.InvocationConfiguration.Output));
        return command;
    }

    static void Run(string[] files, TextWriter output)
    {
        List<BenchRow> rows = [.. files.SelectMany(BenchRow.Read)];
        foreach (string machine in rows.Where(row => row.Machine is not null).Select(row => string.Join(", ", row.Machine!.Select(fact => $"{fact.Key} {fact.Value}"))).Distinct()) output.WriteLine(machine);
        Dictionary<string, double> peaks = rows.Where(row => row.Side == "peak").GroupBy(row => row.Precision!).ToDictionary(group => group.Key, group => group.Max(row => row.TeraPerSecond ?? 0));
        var table = new List<string[]>();
        foreach (var group in rows.Where(row => row.Side is "fastseq" or "pytorch").GroupBy(row => (row.Workload, row.Mode, row.Precision)))
        {
            double ours = Median(group, "fastseq"), theirs = Median(group, "pytorch"), least = Roofline(group.First(), peaks);
            table.Add([group.Key.Workload!, group.Key.Mode!, group.Key.Precision!, Figures.Short(ours), Figures.Short(theirs), Figures.Short(theirs / ours), Share(least / ours), Share(least / theirs)]);
        }

        if (table.Count == 0) throw new BenchException("The files hold no times of workloads.");
        new TextTable(["workload", "mode", "precision", "ours ms", "cuDNN ms", "ratio", "roofline", "cuDNN's"], table, texts: 3).Write(output);
        output.WriteLine("ratio: cuDNN's time by ours, above 1 where ours is shorter; roofline: the least time that the device's measured peaks allow, by ours and by cuDNN's.");
        foreach (BenchRow row in rows.Where(row => row.Error is not null)) output.WriteLine($"{row.Side}, {row.Workload}, {row.Mode}, {row.Precision}: {row.Error}");
    }

    /// <summary>The milliseconds that products at the peak of their precision take, or moving once what must be moved, whichever is longer; NaN where a peak was not measured.</summary>
    public static double Roofline(BenchRow row, IReadOnlyDictionary<string, double> peaks)
    {
        if (!peaks.TryGetValue(row.Precision!, out double operations) || !peaks.TryGetValue("copy", out double bytes)) return double.NaN;
        (double hidden, double features, double layers) = (row.Hidden!.Value, row.Features!.Value, row.Layers!.Value);
        double rows = (double)row.Batch!.Value * row.TimeSteps!.Value, gates = row.Cell == "gru" ? 3 : 4;
        double parameters = gates * hidden * ((features + hidden) + ((layers - 1) * 2 * hidden)), first = 2 * rows * gates * hidden * features;
        bool trains = row.Mode == "training";

        // Nobody needs the gradient by the features. Adam reads parameter, gradient and two moments, and writes all but the gradient.
        double products = 2 * rows * parameters * (trains ? 3 : 1) - (trains ? first : 0);
        double moved = Number * (((trains ? 10 : 1) * parameters) + (rows * features) + ((trains ? 4 : 2) * rows * hidden * layers));
        return 1000 * Math.Max(products / (operations * 1e12), moved / (bytes * 1e12));
    }

    static double Median(IEnumerable<BenchRow> rows, string side) => Statistics.Median(rows.Where(row => row.Side == side).SelectMany(row => row.Milliseconds ?? []));

    static string Share(double share) => double.IsFinite(share) ? FormattableString.Invariant($"{100 * share:0} %") : "-";
}
