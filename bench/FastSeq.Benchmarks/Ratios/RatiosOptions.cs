using System.Globalization;

namespace FastSeq.Benchmarks.Ratios;

/// <summary>What stands behind <c>ratios</c> on the command line.</summary>
sealed record RatiosOptions(string? Only, string? Json, int? Rounds, string? Filter, int? Threads, string? Save)
{
    public const string Usage = """
        ratios [--only A|B|C] [--json FILE] [--rounds N] [--workload TEXT] [--threads 1|2] [--save FOLDER]
          --only      one table: A streaming steps, B whole sequences, C training steps
          --json      writes an array with one object a row
          --rounds    rounds the medians are taken over (default 15, training 9)
          --workload  only workloads whose name contains TEXT
          --threads   only rows with so many threads (two need a quiet machine)
          --save      writes FOLDER/<CPU name>/ratios.md, ratios.json and versions.txt
        """;

    /// <summary>Null, after a line on standard error, where the arguments are wrong.</summary>
    public static RatiosOptions? Parse(ReadOnlySpan<string> args)
    {
        var options = new RatiosOptions(null, null, null, null, null, null);
        for (int i = 0; i < args.Length; i += 2)
        {
            string? value = i + 1 < args.Length ? args[i + 1] : null;
            options = (args[i], value) switch
            {
                ("--only", "A" or "B" or "C") => options with { Only = value },
                ("--json", not null) => options with { Json = value },
                ("--rounds", not null) when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int rounds) && rounds > 0 => options with { Rounds = rounds },
                ("--workload", not null) => options with { Filter = value },
                ("--threads", "1" or "2") => options with { Threads = value[0] - '0' },
                ("--save", not null) => options with { Save = value },
                _ => null!,
            };
            if (options is null)
            {
                Console.Error.WriteLine($"ratios: cannot use '{args[i]} {value}'\n{Usage}");
                return null;
            }
        }

        return options;
    }
}
