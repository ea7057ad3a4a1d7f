using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using FastSeq.Cli.Charts;
using FastSeq.Cli.Forecasting;
using FastSeq.Cli.Quickstart;
using FastSeq.Cuda;

namespace FastSeq.Cli.Commands;

/// <summary><c>fastseq quickstart</c>: the whole path on real data. Trains, measures on data never seen, saves, reloads, runs as a live stream.</summary>
static class QuickstartCommand
{
    // Double-seasonal Holt-Winters, R's forecast package, on the same 1,008 half-hours.
    const double HoltWintersOneStep = 0.619, HoltWintersDayAhead = 1.370;

    static readonly DateOnly FirstDay = new(2000, 6, 5);

    public static Command Create()
    {
        var seed = new Option<ulong>("--seed") { Description = "Draws the first weights, the order of the windows and the dropout.", DefaultValueFactory = _ => new Recipe().Seed };
        Option<int> threads = CommonOptions.Threads();
        Option<string> device = CommonOptions.Device();
        var epochs = new Option<int>("--epochs") { Description = "How often training goes through the data.", DefaultValueFactory = _ => new Recipe().Epochs };
        epochs.AddRange(1, 10_000);
        var fast = new Option<bool>("--fast") { Description = "A short form for build servers: few epochs, a short stream, scores to match." };
        var output = new Option<string>("--out") { Description = "The folder for forecaster.safetensors and forecast.svg; made if need be.", DefaultValueFactory = _ => "quickstart-output" };
        var command = new Command("quickstart", "Trains on real data that the program carries, reports the held-out scores, saves, reloads and streams.") { seed, threads, device, epochs, fast, output };
        command.SetWork((parsed, terminal, cancellationToken) =>
        {
            bool isFast = parsed.GetValue(fast);
            var recipe = new Recipe
            {
                Seed = parsed.GetValue(seed),
                Threads = parsed.GetValue(threads),
                Device = parsed.DeviceOf(device, DeviceWork.Training),
                Epochs = isFast && parsed.GetResult(epochs) is not { Implicit: false } ? 3 : parsed.GetValue(epochs),
            };
            Run(recipe, streamRounds: isFast ? 1 : 10, parsed.GetValue(output)!, terminal, cancellationToken);
        });
        return command;
    }

    static void Run(Recipe recipe, int streamRounds, string folder, Terminal terminal, CancellationToken cancellationToken)
    {
        if (File.Exists(folder)) throw new CliException($"--out '{folder}' is a file; name a folder.");
        double[] demand = DemandData.Load();
        int start = demand.Length - DemandData.HeldOut;
        ReadOnlyMemory<double> training = demand.AsMemory(0, start);
        terminal.WriteLine(Invariant($"data: electricity demand of England and Wales, {demand.Length:N0} half-hours from {FirstDay:d MMMM yyyy}; the last {DemandData.HeldOut:N0} are held out"));
        terminal.WriteLine($"model: {DemandForecaster.ModelInfo}");
        recipe = recipe with { Device = recipe.Device.ChooseFor<DemandForecaster>(recipe.BatchSize, recipe.Window, recipe.Threads, terminal.Output) };
        terminal.WriteLine(Invariant($"training on the first {start:N0}, {(recipe.Device is { } device ? $"on {CommandLine.Printable(device.Name)}" : $"{recipe.Threads} threads")}, seed {recipe.Seed}"));

        long started = Stopwatch.GetTimestamp();
        DemandScaling scaling = DemandScaling.Measure(training.Span);
        DemandForecaster model = terminal.Training(recipe.Epochs, report => recipe.Train(training.Span, scaling, report, cancellationToken));
        terminal.WriteLine(Invariant($"trained in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"));

        float[] inputs = DemandData.Inputs(demand, scaling);
        float[] outputs = Predict(model, inputs);
        Forecasts forecasts = Forecasts.OfNetwork(outputs, demand, scaling, start);
        WriteScores(
            terminal, demand, Forecasts.OfProfile(demand, scaling, start), forecasts,
            Forecasts.OfNetwork(PredictPacked<DemandForecasterBFloat16>(model, inputs), demand, scaling, start),
            Forecasts.OfNetwork(PredictPacked<DemandForecasterInt8>(model, inputs), demand, scaling, start));
        WriteChart(terminal, demand, forecasts);

        cancellationToken.ThrowIfCancellationRequested();
        Directory.CreateDirectory(folder);
        string weights = Path.Combine(folder, "forecaster.safetensors"), picture = Path.Combine(folder, "forecast.svg");
        AtomicFile.WriteAllText(picture, SvgChart.Draw("Electricity demand of England and Wales: each day forecast at its midnight", "MW",
            demand.AsSpan(start), forecasts.DayAhead, SeasonalProfile.Week, SeasonalProfile.Day, FirstDay.AddDays(start / SeasonalProfile.Day)));
        SafetensorsWriter.Write<float>(weights, DemandForecaster.ModelInfo, model.Parameters, scaling.ToMetadata());
        terminal.WriteLine($"saved {weights} and {picture}");
        DemandForecaster reloaded = Reload(weights, demand, outputs);
        terminal.WriteLine("reloaded: predictions are the same, bit for bit");

        LiveStream stream = LiveStream.Measure(reloaded, scaling, demand, outputs, streamRounds);
        if (!stream.SameAsPredict) throw new CliException("the live stream's outputs differ from those of Predict.");
        terminal.WriteLine(Invariant($"live stream of {stream.Steps:N0} steps: p50 {stream.Median:N0} ns, p99.9 {stream.Slowest:N0} ns, allocated {stream.AllocatedBytes} B; outputs the same as Predict's, bit for bit"));
        terminal.WriteLine(Invariant($"quickstart: one-step MAPE {forecasts.OneStepError(demand):0.000} %, day-ahead MAPE {forecasts.DayAheadError(demand):0.000} %, allocated {stream.AllocatedBytes} B"));
    }

    static float[] Predict(DemandForecaster model, float[] inputs)
    {
        using DemandForecaster.Run run = model.CreateRun(maxBatch: 1, maxTimeSteps: inputs.Length / DemandForecaster.InputSize);
        return Predict(run, inputs);
    }

    /// <summary>Predicts with the model's weights in fewer bits.</summary>
    static float[] PredictPacked<TModel>(DemandForecaster model, float[] inputs)
        where TModel : class, IQuantizedModel<TModel, float>
    {
        using PredictionRun<float, float> run = TModel.FromParameters(model.Parameters).NewRun(maxBatch: 1, maxTimeSteps: inputs.Length / DemandForecaster.InputSize, threads: 1);
        return Predict(run, inputs);
    }

    static float[] Predict(PredictionRun<float, float> run, float[] inputs)
    {
        var outputs = new float[inputs.Length / DemandForecaster.InputSize * DemandForecaster.OutputSize];
        run.Predict(inputs, outputs);
        return outputs;
    }

    static DemandForecaster Reload(string path, double[] demand, float[] outputs)
    {
        DemandForecaster model = DemandForecaster.Load(path);
        DemandScaling scaling = DemandScaling.FromMetadata(SafetensorsReader.ReadHeader(path).Metadata);
        float[] again = Predict(model, DemandData.Inputs(demand, scaling));
        if (!MemoryMarshal.AsBytes<float>(again).SequenceEqual(MemoryMarshal.AsBytes<float>(outputs)))
            throw new CliException($"the model read back from {path} predicts differently.");
        return model;
    }

    static void WriteScores(Terminal terminal, double[] demand, Forecasts profile, Forecasts network, Forecasts in16Bits, Forecasts in8Bits)
    {
        int start = network.Start;
        terminal.WriteLine();
        terminal.WriteLine(Invariant($"mean absolute percentage error on the held-out {demand.Length - start:N0}:   one step    a day ahead"));
        Row("the last value", Forecasts.Naive(demand, start).OneStepError(demand), Forecasts.Naive(demand, start).DayAheadError(demand));
        Row("the same half-hour of last week", Forecasts.LastWeek(demand, start).OneStepError(demand), Forecasts.LastWeek(demand, start).DayAheadError(demand));
        Row("double-seasonal Holt-Winters (published)", HoltWintersOneStep, HoltWintersDayAhead);
        Row("our seasonal profile, without the network", profile.OneStepError(demand), profile.DayAheadError(demand));
        Row("FastSeq", network.OneStepError(demand), network.DayAheadError(demand));
        Row("FastSeq, weights in bfloat16", in16Bits.OneStepError(demand), in16Bits.DayAheadError(demand));
        Row("FastSeq, weights in 8 bits", in8Bits.OneStepError(demand), in8Bits.DayAheadError(demand));
        terminal.WriteLine();

        void Row(string name, double oneStep, double dayAhead) => terminal.WriteLine(Invariant($"  {name,-46} {oneStep,8:0.000} %  {dayAhead,10:0.000} %"));
    }

    static void WriteChart(Terminal terminal, double[] demand, Forecasts forecasts)
    {
        ReadOnlySpan<double> truth = demand.AsSpan(forecasts.Start, SeasonalProfile.Week), dayAhead = forecasts.DayAhead.AsSpan(0, SeasonalProfile.Week);
        terminal.WriteLine(terminal.IsInteractive
            ? "the first held-out week in MW, each day forecast at its midnight (grey: truth, blue: forecast, green: both)"
            : "the first held-out week in MW, each day forecast at its midnight (. truth, o forecast, @ both)");
        if (terminal.IsInteractive) TerminalChart.Draw(truth, dayAhead, width: Math.Clamp(System.Console.WindowWidth - 10, 40, 112), height: 12);
        else terminal.Output.Write(TerminalChart.Plain(truth, dayAhead, width: 84, height: 16));
        terminal.WriteLine();
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
