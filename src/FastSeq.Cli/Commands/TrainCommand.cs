using System.CommandLine;
using System.Globalization;
using FastSeq.Cli.Csv;
using FastSeq.Cli.Forecasting;
using FastSeq.Cuda;

namespace FastSeq.Cli.Commands;

/// <summary><c>fastseq train</c>: learns to foretell the next value of a column of a CSV file.</summary>
static class TrainCommand
{
    const int LeastTraining = 32, LeastValidation = 8;

    public static Command Create()
    {
        var csv = new CsvOptions();
        var target = new Option<string>("--target") { Description = "The column to foretell.", Required = true };
        var features = new Option<string[]>("--features") { Description = "Other columns that help, separated by commas.", DefaultValueFactory = _ => [] };
        var lags = new Option<string[]>("--lags") { Description = "How many rows back the target is worth looking at: 48,336 for half-hours with days and weeks.", DefaultValueFactory = _ => [] };
        lags.Validators.Add(result =>
        {
            foreach (string lag in Split(result.Tokens.Select(token => token.Value)))
            {
                if (!int.TryParse(lag, NumberStyles.None, CultureInfo.InvariantCulture, out int rows) || rows is < 2 or > InputLayout.MaxLag) result.AddError($"--lags: '{lag}' must be a whole number from 2 to 1,000,000.");
            }
        });
        var hidden = new Option<int>("--hidden") { Description = "The units of the LSTM; these sizes were compiled.", DefaultValueFactory = _ => 64 };
        hidden.AcceptOnlyFromAmong(ForecasterKind.Sizes);
        Option<int> window = Number("--window", 48, 1, InputLayout.MaxWindow, "How many rows the model sees before it foretells the next.");
        Option<int> epochs = Number("--epochs", 20, 1, 100_000, "How often training goes through the data.");
        Option<int> patience = Number("--patience", 5, 1, 100_000, "Ends after so many epochs in a row without a better validation loss; the best weights are kept.");
        Option<int> batch = Number("--batch", 32, 1, 4096, "The windows of a training step.");
        var learningRate = new Option<double>("--learning-rate") { Description = "The learning rate at the start; it falls along a cosine.", DefaultValueFactory = _ => 2e-3 };
        learningRate.AddRange(most: 10);
        var validation = new Option<double>("--validation") { Description = "The share of the rows, at the end, that validate.", DefaultValueFactory = _ => 0.2 };
        validation.AddRange(most: 0.9);
        var seed = new Option<ulong>("--seed") { Description = "Draws the first weights and the order of the windows.", DefaultValueFactory = _ => 1 };
        Option<int> threads = CommonOptions.Threads();
        Option<string> device = CommonOptions.Device();
        var output = new Option<string>("--out") { Description = "The safetensors file to write.", Required = true };

        var command = new Command("train", "Learns to foretell the next value of a column of a CSV file.");
        csv.AddTo(command);
        foreach (Option option in new Option[] { target, features, lags, hidden, window, epochs, patience, batch, learningRate, validation, seed, threads, device, output }) command.Add(option);
        command.SetWork((parsed, terminal, cancellationToken) =>
        {
            string path = parsed.GetValue(output)!;
            ISequenceDevice? gpu = parsed.DeviceOf(device, DeviceWork.Training);
            AtomicFile.CheckFolder(path);
            string[] names = [parsed.GetValue(target)!, .. Split(parsed.GetValue(features)!)];
            int[] rowsBack = [.. Split(parsed.GetValue(lags)!).Select(lag => int.Parse(lag, CultureInfo.InvariantCulture)).Distinct()];
            CheckSlots(names, rowsBack);
            NumberTable table = csv.Read(parsed, names);
            (InputLayout layout, SequenceDataset<float, float> training, SequenceDataset<float, float> validating, int firstValidated) =
                Prepare(table, names, rowsBack, parsed.GetValue(window), parsed.GetValue(validation));

            ForecasterKind kind = ForecasterKind.WithHidden(parsed.GetValue(hidden));
            int most = parsed.GetValue(epochs);
            terminal.WriteLine(FormattableString.Invariant($"{table.File}: {table.Rows:N0} rows; {training.Count:N0} windows to learn, {validating.Count:N0} after them to validate"));
            terminal.WriteLine(kind.Info.ToString());
            gpu = kind.ChooseFor(gpu, Math.Min(parsed.GetValue(batch), Math.Max(training.Count, validating.Count)), parsed.GetValue(window), parsed.GetValue(threads), terminal.Output);
            if (gpu is not null) terminal.WriteLine($"training on {CommandLine.Printable(gpu.Name)}");
            var options = new TrainerOptions
            {
                Optimizer = new AdamW(parsed.GetValue(learningRate)), Schedule = new CosineSchedule(most), ClipNorm = 1, BatchSize = parsed.GetValue(batch),
                Threads = parsed.GetValue(threads), Device = gpu, Seed = parsed.GetValue(seed), EarlyStopping = new EarlyStopping(parsed.GetValue(patience)),
            };
            using IForecaster model = terminal.Training(most, report => kind.Train(parsed.GetValue(seed), options, training, validating, most, report, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            WriteScores(terminal, table, layout, model, firstValidated);
            model.Save(path, layout.ToMetadata());
            terminal.WriteLine($"saved {path}; next: fastseq predict --data {table.File} --weights {path}");
        });
        return command;
    }

    static Option<int> Number(string name, int value, int least, int most, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.AddRange(least, most);
        return option;
    }

    static IEnumerable<string> Split(IEnumerable<string> texts) => texts.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    static void CheckSlots(string[] names, int[] lags)
    {
        string? twice = names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null) throw new CliException($"the column '{twice}' is named twice among --target and --features; the target is an input already.");
        if (names.Length + lags.Length > InputLayout.Slots)
            throw new CliException($"the target, {names.Length - 1} feature columns and {lags.Length} lags are {names.Length + lags.Length} inputs; the compiled shapes have {InputLayout.Slots}. Leave some out, or declare a model of your own in C#.");
    }

    // The first rows train, the last ones validate. A window belongs to the part that its target lies in.
    static (InputLayout Layout, SequenceDataset<float, float> Training, SequenceDataset<float, float> Validation, int FirstValidated) Prepare(
        NumberTable table, string[] names, int[] lags, int window, double validationShare)
    {
        int reach = window + Math.Max(0, lags.DefaultIfEmpty(0).Max() - 1), needed = reach + LeastTraining + LeastValidation;
        if (table.Rows < needed)
            throw new CliException(FormattableString.Invariant($"{table.File}: {table.Rows:N0} rows are too few: a window of {window:N0}{(reach > window ? FormattableString.Invariant($" and lags of up to {lags.Max():N0}") : "")} needs at least {needed:N0}. Bring more rows, or pass a smaller --window{(lags.Length > 0 ? " or shorter --lags" : "")}."));
        int firstValidated = Math.Clamp((int)Math.Round(table.Rows * (1 - validationShare)), reach + LeastTraining, table.Rows - LeastValidation);
        InputLayout layout = InputLayout.Measure(table.File, table.Columns, names, lags, window, firstValidated);

        int skipped = reach - window;    // rows without all lags
        float[] slots = layout.WriteAll(table.Columns, table.Rows);
        var targets = new float[table.Rows];
        for (int t = 1; t < table.Rows; t++) targets[t] = layout.Target(table.Columns[0], t - 1);
        WindowDataset<float, float> all = WindowDataset.Forecast<float, float>(slots.AsMemory(skipped * InputLayout.Slots), InputLayout.Slots, targets.AsMemory(skipped), 1, window);
        int training = firstValidated - reach;
        return (layout, all.Slice(0, training), all.Slice(training, all.Count - training), firstValidated);
    }

    static void WriteScores(Terminal terminal, NumberTable table, InputLayout layout, IForecaster model, int firstValidated)
    {
        double[] target = table.Columns[0];
        Backtest ours = Backtest.Run(model, layout, table, firstValidated);
        double naive = 0;
        for (int t = firstValidated; t < target.Length; t++) naive += Math.Abs(target[t] - target[t - 1]) / ours.Forecasts.Length;
        terminal.WriteLine(FormattableString.Invariant($"validation, one row ahead, mean absolute error: {ours.MeanAbsoluteError:0.######}; the last value as forecast: {naive:0.######}"));
        for (int i = 0; i < layout.Lags.Length; i++)
        {
            double lagged = 0;
            for (int t = firstValidated; t < target.Length; t++) lagged += Math.Abs(target[t] - target[t - layout.Lags[i]]) / ours.Forecasts.Length;
            terminal.WriteLine(FormattableString.Invariant($"  the value {layout.Lags[i]:N0} rows before: {lagged:0.######}"));
        }
    }
}
