using FastSeq.Cuda.Benchmarks.Models;

namespace FastSeq.Cuda.Benchmarks.Timing;

/// <summary>A model in a batch.</summary>
/// <param name="Cell">lstm or gru.</param>
/// <param name="Batch">The sequences.</param>
/// <param name="TimeSteps">Their time steps.</param>
/// <param name="Hidden">The units of each layer.</param>
/// <param name="Model">The model.</param>
sealed record Workload(string Cell, int Batch, int TimeSteps, int Hidden, TimedModel Model)
{
    public const int Layers = 2;

    /// <summary>Those of the table; peer.py has the same.</summary>
    public static Workload[] All { get; } =
    [
        new("lstm", 64, 128, 256, new TimedModel<Lstm256>()),
        new("lstm", 256, 128, 512, new TimedModel<Lstm512>()),
        new("lstm", 512, 256, 1024, new TimedModel<Lstm1024>()),
        new("gru", 256, 128, 512, new TimedModel<Gru512>()),
    ];

    /// <summary>The name by which rows of both sides are joined.</summary>
    public string Name { get; } = FormattableString.Invariant($"{Cell}-{Batch}x{TimeSteps}x{Hidden}");

    /// <summary>A row of a result, without times.</summary>
    public BenchRow Row(string side, string mode, string precision) => new()
    {
        Side = side, Workload = Name, Mode = mode, Precision = precision, Cell = Cell, Layers = Layers, Batch = Batch, TimeSteps = TimeSteps, Features = TimedModel.Features, Hidden = Hidden,
    };
}
