using System.Text.Json.Serialization;

namespace FastSeq.Benchmarks.Ratios;

/// <summary>One line of a table and one object of the JSON file. Null where a contender is missing.</summary>
sealed record RatioRow
{
    [JsonPropertyName("table")] public required string Table { get; init; }
    [JsonPropertyName("workload")] public required string Workload { get; init; }
    [JsonPropertyName("precision")] public required string Precision { get; init; }
    [JsonPropertyName("threads")] public required int Threads { get; init; }
    [JsonPropertyName("ours_us")] public double? OursMicroseconds { get; init; }
    [JsonPropertyName("best_peer")] public string? BestPeer { get; init; }
    [JsonPropertyName("peer_us")] public double? PeerMicroseconds { get; init; }

    /// <summary>Time of the faster peer / our time: above 1 we are faster.</summary>
    [JsonPropertyName("ratio")] public double? Ratio => PeerMicroseconds / OursMicroseconds;
    [JsonPropertyName("fma_share")] public double? FmaShare { get; init; }

    /// <summary>Of a step: weights read a second, as a share of what the core reads from a block of their size.</summary>
    [JsonPropertyName("read_share")] public double? ReadShare { get; init; }

    /// <summary>Managed bytes a call.</summary>
    [JsonPropertyName("allocated")] public double? Allocated { get; init; }
    [JsonPropertyName("torchsharp_us")] public double? TorchMicroseconds { get; init; }
    [JsonPropertyName("onnxruntime_us")] public double? OnnxMicroseconds { get; init; }

    /// <summary>The largest difference between our numbers and a peer's on the same weights.</summary>
    [JsonPropertyName("difference")] public double? Difference { get; init; }

    /// <summary>More than a quarter of some contender's samples were kept although the core ran below 95 % of the best probe or was taken away: the host was busy.</summary>
    [JsonPropertyName("disturbed")] public required bool Disturbed { get; init; }
}
