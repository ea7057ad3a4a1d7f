using System.Text.Json;
using System.Text.Json.Serialization;
using FastSeq.Benchmarks.Shared;

namespace FastSeq.Cuda.Benchmarks;

/// <summary>A line of a file of results; peer.py writes the same.</summary>
sealed record BenchRow
{
    /// <summary>What the row is of: fastseq, pytorch (times of a workload), crossover, peak or machine.</summary>
    public required string Side { get; init; }

    public string? Workload { get; init; }

    /// <summary>training or inference.</summary>
    public string? Mode { get; init; }

    /// <summary>float32, tf32 or bf16; of a peak also copy.</summary>
    public string? Precision { get; init; }

    /// <summary>lstm or gru.</summary>
    public string? Cell { get; init; }

    public int? Layers { get; init; }

    public int? Batch { get; init; }

    public int? TimeSteps { get; init; }

    public int? Features { get; init; }

    public int? Hidden { get; init; }

    /// <summary>The milliseconds of a step, one number a round.</summary>
    public double[]? Milliseconds { get; init; }

    /// <summary>Of a crossover: on the processor.</summary>
    public double? ProcessorMilliseconds { get; init; }

    /// <summary>Operations a second, in 10^12; of a copy, bytes read and written a second, in 10^12.</summary>
    public double? TeraPerSecond { get; init; }

    /// <summary>Facts of the machine, for people.</summary>
    public Dictionary<string, string>? Machine { get; init; }

    /// <summary>Why there are no times.</summary>
    public string? Error { get; init; }

    /// <summary>Adds rows to a file, if one is named.</summary>
    public static void Append(string? file, IEnumerable<BenchRow> rows)
    {
        if (file is not null) File.AppendAllLines(file, rows.Select(row => JsonSerializer.Serialize(row, BenchRowContext.Default.BenchRow)));
    }

    /// <summary>Reads the rows of a file.</summary>
    /// <exception cref="BenchException">A line is no row.</exception>
    public static List<BenchRow> Read(string file)
    {
        var rows = new List<BenchRow>();
        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                rows.Add(JsonSerializer.Deserialize(line, BenchRowContext.Default.BenchRow) ?? throw new JsonException("null is no row"));
            }
            catch (JsonException exception)
            {
                throw new BenchException($"{file}: line {number} is no row of results: {exception.Message}");
            }
        }

        return rows;
    }
}

/// <summary>Writes and reads rows without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BenchRow))]
sealed partial class BenchRowContext : JsonSerializerContext;
