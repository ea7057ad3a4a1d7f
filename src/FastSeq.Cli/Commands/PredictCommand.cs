using System.CommandLine;
using System.Globalization;
using System.Text;
using FastSeq.Cli.Csv;
using FastSeq.Cli.Forecasting;
using FastSeq.Cuda;

namespace FastSeq.Cli.Commands;

/// <summary><c>fastseq predict</c>: foretells what follows the last row of a CSV file, or forecasts the rows that are known.</summary>
static class PredictCommand
{
    public static Command Create()
    {
        var csv = new CsvOptions();
        var weights = new Option<string>("--weights") { Description = "A safetensors file that 'fastseq train' wrote.", Required = true };
        var steps = new Option<int>("--steps") { Description = "How many rows to foretell; each forecast is taken as known for the next.", DefaultValueFactory = _ => 1 };
        steps.AddRange(1, 100_000);
        var backtest = new Option<bool>("--backtest") { Description = "Forecasts every known row from the rows before it, instead of what follows." };
        Option<string> device = CommonOptions.Device();
        var output = new Option<string>("--out") { Description = "The CSV file to write; by default the forecasts are printed." };
        var command = new Command("predict", "Foretells what follows the last row of a CSV file.");
        csv.AddTo(command);
        foreach (Option option in new Option[] { weights, steps, backtest, device, output }) command.Add(option);
        command.SetWork((parsed, terminal, cancellationToken) =>
        {
            if (parsed.GetValue(output) is { } target) AtomicFile.CheckFolder(target);
            ISequenceDevice? gpu = parsed.DeviceOf(device, DeviceWork.Prediction);
            string path = parsed.GetValue(weights)!, file = Path.GetFileName(path);
            if (!File.Exists(path)) throw new CliException($"there is no file '{path}'.");
            IReadOnlyDictionary<string, string> metadata = SafetensorsReader.ReadHeader(path).Metadata;
            InputLayout layout = InputLayout.FromMetadata(file, metadata);
            ForecasterKind kind = ForecasterKind.Of(file, metadata);
            gpu = kind.ChooseFor(gpu, parsed.GetValue(backtest) ? ForecasterKind.BatchSize : 1, layout.Window, threads: 1, parsed.InvocationConfiguration.Error);
            using IForecaster model = kind.Load(path, gpu);
            NumberTable table = csv.Read(parsed, layout.Columns);
            string text = parsed.GetValue(backtest) ? Known(parsed, model, layout, table) : Following(model, layout, table, parsed.GetValue(steps), cancellationToken);
            if (parsed.GetValue(output) is { } destination) AtomicFile.WriteAllText(destination, text);
            else terminal.Output.Write(text);
        });
        return command;
    }

    static string Following(IForecaster model, InputLayout layout, NumberTable table, int steps, CancellationToken cancellationToken)
    {
        if (steps > 1 && layout.Columns.Length > 1)
            throw new CliException($"--steps {steps} needs the future of {string.Join(", ", layout.Columns.Skip(1).Select(name => $"'{name}'"))}, which nobody knows. Foretell one row, or train without --features (--lags are no obstacle).");
        if (table.Rows < layout.Reach) throw TooFew(table, layout.Reach);
        IReadOnlyList<double>[] columns = [table.Columns[0].ToList(), .. table.Columns.Skip(1)];
        var target = (List<double>)columns[0];
        var slots = new float[layout.Window * InputLayout.Slots];
        var text = new StringBuilder("step,forecast\n");
        for (int step = 1; step <= steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int i = 0; i < layout.Window; i++) layout.Write(columns, target.Count - layout.Window + i, slots.AsSpan(i * InputLayout.Slots, InputLayout.Slots));
            double forecast = layout.Forecast(target[^1], model.Predict(slots, layout.Window, 0, 1)[0]);
            target.Add(forecast);
            text.Append(CultureInfo.InvariantCulture, $"{step},{Number(forecast)}\n");
        }

        return text.ToString();
    }

    static string Known(ParseResult parsed, IForecaster model, InputLayout layout, NumberTable table)
    {
        if (table.Rows <= layout.Reach) throw TooFew(table, layout.Reach + 1);
        Backtest result = Backtest.Run(model, layout, table, layout.Reach);
        var text = new StringBuilder("row,actual,forecast\n");
        for (int i = 0; i < result.Forecasts.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"{result.First + i + 1},{Number(table.Columns[0][result.First + i])},{Number(result.Forecasts[i])}\n");
        parsed.InvocationConfiguration.Error.WriteLine(FormattableString.Invariant($"{result.Forecasts.Length:N0} rows, mean absolute error {result.MeanAbsoluteError:0.######}"));
        return text.ToString();
    }

    static CliException TooFew(NumberTable table, int needed) =>
        new(FormattableString.Invariant($"{table.File}: {table.Rows:N0} rows are too few: this model looks at the last {needed:N0}."));

    static string Number(double value) => value.ToString("0.#######", CultureInfo.InvariantCulture);
}
