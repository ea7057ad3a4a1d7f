namespace FastSeq.Cli.Forecasting;

/// <summary>One of the compiled shapes, so that verbs need not know which.</summary>
abstract class ForecasterKind
{
    static readonly ForecasterKind[] all = [new Kind<Forecaster32>(32), new Kind<Forecaster64>(64), new Kind<Forecaster128>(128)];

    /// <summary>The units of the compiled shapes, as texts for the command line.</summary>
    public static string[] Sizes => [.. all.Select(kind => kind.Hidden.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>The most windows that are predicted at a time.</summary>
    public const int BatchSize = 64;

    /// <summary>The units.</summary>
    public abstract int Hidden { get; }

    /// <summary>The facts of the model.</summary>
    public abstract ModelInfo Info { get; }

    /// <summary>The shape with so many units.</summary>
    public static ForecasterKind WithHidden(int hidden) => all.First(kind => kind.Hidden == hidden);

    /// <summary>The shape that a file was written with, by the name of its class.</summary>
    public static ForecasterKind Of(string file, IReadOnlyDictionary<string, string> metadata)
    {
        metadata.TryGetValue("model", out string? name);
        return all.FirstOrDefault(kind => kind.Info.Name == name)
            ?? throw new CliException($"{file} holds a '{name ?? "model without a name"}', which this program cannot run; it was compiled with {string.Join(", ", all.Select(kind => kind.Info.Name))}. 'fastseq inspect' shows what is in it.");
    }

    /// <summary>Trains a new model.</summary>
    public abstract IForecaster Train(
        ulong seed, TrainerOptions options, SequenceDataset<float, float> training, SequenceDataset<float, float> validation, int epochs, Action<EpochReport> report, CancellationToken cancellationToken);

    /// <summary>Lets a device that chooses do so, and says what it chose.</summary>
    public abstract ISequenceDevice? ChooseFor(ISequenceDevice? device, int maxBatch, int maxTimeSteps, int threads, TextWriter output);

    /// <summary>Reads a model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where it predicts; null for the processor.</param>
    public abstract IForecaster Load(string path, ISequenceDevice? device = null);

    sealed class Kind<TModel>(int hidden) : ForecasterKind
        where TModel : class, ISequenceModel<TModel, float, float, float>
    {
        public override int Hidden => hidden;

        public override ModelInfo Info => TModel.ModelInfo;

        public override IForecaster Train(
            ulong seed, TrainerOptions options, SequenceDataset<float, float> training, SequenceDataset<float, float> validation, int epochs, Action<EpochReport> report, CancellationToken cancellationToken)
        {
            TModel model = TModel.Create(seed);
            using var trainer = new Trainer<TModel>(model, options);
            foreach (EpochReport epoch in trainer.Fit(training, validation, epochs, cancellationToken)) report(epoch);
            return new Forecaster<TModel>(model);
        }

        public override ISequenceDevice? ChooseFor(ISequenceDevice? device, int maxBatch, int maxTimeSteps, int threads, TextWriter output) =>
            device.ChooseFor<TModel>(maxBatch, maxTimeSteps, threads, output);

        public override IForecaster Load(string path, ISequenceDevice? device = null)
        {
            TModel model = TModel.Create(0);
            SafetensorsReader.Read(path, TModel.ModelInfo, model.Parameters);
            return new Forecaster<TModel>(model, device);
        }
    }
}

/// <summary>A trained forecaster of any compiled shape.</summary>
interface IForecaster : IDisposable
{
    /// <summary>The output after every window.</summary>
    /// <param name="slots">Rows of 8 slots, one after the other.</param>
    /// <param name="window">The rows of a window.</param>
    /// <param name="first">The first row of the first window.</param>
    /// <param name="count">How many windows, each one row later than the one before.</param>
    float[] Predict(ReadOnlySpan<float> slots, int window, int first, int count);

    /// <summary>Writes the model with some texts.</summary>
    void Save(string path, IReadOnlyDictionary<string, string> metadata);
}

/// <summary>A trained forecaster of one compiled shape.</summary>
/// <param name="model">The model.</param>
/// <param name="device">Where it predicts; null for the processor.</param>
sealed class Forecaster<TModel>(TModel model, ISequenceDevice? device = null) : IForecaster
    where TModel : class, ISequenceModel<TModel, float, float, float>
{
    SequenceRun<float, float, float>? run;

    /// <inheritdoc/>
    public float[] Predict(ReadOnlySpan<float> slots, int window, int first, int count)
    {
        var outputs = new float[count];
        int batch = Math.Min(ForecasterKind.BatchSize, Math.Max(1, count)), length = window * InputLayout.Slots;
        if (run is null || run.MaxBatch < batch || run.MaxTimeSteps < window)
        {
            run?.Dispose();
            run = model.NewRun(batch, window, threads: 1, device: device);
        }

        var windows = new float[batch * length];
        var lengths = new int[batch];
        lengths.AsSpan().Fill(window);
        for (int done = 0; done < count; done += batch)
        {
            int now = Math.Min(batch, count - done);
            for (int i = 0; i < now; i++) slots.Slice((first + done + i) * InputLayout.Slots, length).CopyTo(windows.AsSpan(i * length));
            run.Predict(windows.AsSpan(0, now * length), lengths.AsSpan(0, now), outputs.AsSpan(done, now));
        }

        return outputs;
    }

    /// <inheritdoc/>
    public void Save(string path, IReadOnlyDictionary<string, string> metadata) => SafetensorsWriter.Write<float>(path, TModel.ModelInfo, model.Parameters, metadata);

    /// <inheritdoc/>
    public void Dispose() => run?.Dispose();
}
