namespace FastSeq.Cli.Quickstart;

/// <summary>How the forecaster is trained. Chosen on the weeks before the held-out part; docs/quickstart.md tells what was tried.</summary>
sealed record Recipe
{
    public int Epochs { get; init; } = 12;
    public ulong Seed { get; init; } = 1;
    public int Threads { get; init; } = 2;
    public ISequenceDevice? Device { get; init; }
    public int Window { get; init; } = 96;
    public int Stride { get; init; } = 12;
    public int BatchSize { get; init; } = 16;
    public double LearningRate { get; init; } = 3e-3;
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Trains a forecaster.</summary>
    /// <param name="training">The training part of the demand, in megawatts.</param>
    /// <param name="scaling">Measured on the same part.</param>
    /// <param name="report">Called after every epoch.</param>
    /// <param name="cancellationToken">Ends training with an <see cref="OperationCanceledException"/>.</param>
    public DemandForecaster Train(ReadOnlySpan<double> training, DemandScaling scaling, Action<EpochReport> report, CancellationToken cancellationToken)
    {
        WindowDataset<float, float> windows = DemandData.Windows(training, scaling, Window, Stride);
        var model = new DemandForecaster(Seed);
        using var trainer = new Trainer<DemandForecaster>(model, new TrainerOptions
        {
            Optimizer = new AdamW(LearningRate, weightDecay: WeightDecay),
            Schedule = new WarmUpSchedule(epochs: Math.Min(3, Epochs / 4.0), new CosineSchedule(Epochs)),
            ClipNorm = 1,
            BatchSize = BatchSize,
            Threads = Threads,
            Device = Device,
            Seed = Seed,
        });
        foreach (EpochReport epoch in trainer.Fit(windows, Epochs, cancellationToken)) report(epoch);
        return model;
    }
}
