using System.Globalization;

namespace FastSeq.Cli.Forecasting;

/// <summary>
/// What each input slot of a forecaster is, and the numbers that bring it to about size one: measured on the training rows, kept in the safetensors file.
/// </summary>
/// <remarks><code>
/// slot 0               (target_t - mean) / deviation                       before the forecast of row t + 1
/// slots of columns     (column_t - mean) / deviation
/// slots of lags        (target_(t + 1 - lag) - mean) / deviation           the value that many rows before the one to forecast
/// output               (target_(t + 1) - target_t) / step                  so that 0 is the naive forecast, and levels never seen do no harm
/// </code></remarks>
sealed class InputLayout
{
    /// <summary>The slots of every compiled shape.</summary>
    public const int Slots = 8;

    /// <summary>The most rows of a window, and the longest lag.</summary>
    public const int MaxWindow = 10_000, MaxLag = 1_000_000;

    const string WindowKey = "forecaster.window", StepKey = "forecaster.step", SlotKey = "forecaster.slot";

    /// <summary>The columns of the file: the target, then the others.</summary>
    public required string[] Columns { get; init; }

    /// <summary>The lags of the target that have slots.</summary>
    public required int[] Lags { get; init; }

    /// <summary>The rows of a window.</summary>
    public required int Window { get; init; }

    /// <summary>The mean of every column.</summary>
    public required double[] Means { get; init; }

    /// <summary>The standard deviation of every column.</summary>
    public required double[] Deviations { get; init; }

    /// <summary>The standard deviation of the target's changes from row to row.</summary>
    public required double Step { get; init; }

    /// <summary>The rows that must lie before the first one that can be forecast.</summary>
    public int Reach => Window + Math.Max(0, Lags.DefaultIfEmpty(0).Max() - 1);

    /// <summary>Measures the first rows of a table.</summary>
    public static InputLayout Measure(string file, double[][] columns, string[] names, int[] lags, int window, int rows)
    {
        var means = new double[columns.Length];
        var deviations = new double[columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            (means[i], deviations[i]) = MeanAndDeviation(columns[i].AsSpan(0, rows));
            if (!(deviations[i] > 0)) throw new CliException(FormattableString.Invariant($"{file}: column '{names[i]}' is {columns[i][0]} in all {rows:N0} training rows: there is nothing to learn from it. Leave it out, or bring more rows."));
            if (!double.IsFinite(deviations[i])) throw new CliException($"{file}: column '{names[i]}' has numbers too large to work with. Bring it to a smaller unit.");
        }

        var changes = new double[rows - 1];
        for (int t = 0; t < changes.Length; t++) changes[t] = columns[0][t + 1] - columns[0][t];
        return new InputLayout
        {
            Columns = names, Lags = lags, Window = window, Means = means, Deviations = deviations,
            Step = Math.Max(MeanAndDeviation(changes).Deviation, deviations[0] * 1e-6),
        };
    }

    /// <summary>Writes the slots of row <paramref name="t"/>.</summary>
    /// <param name="columns">The columns of the table; the target must reach to row <paramref name="t"/>.</param>
    /// <param name="t">A row.</param>
    /// <param name="slots">Overwritten: 8 numbers.</param>
    public void Write(IReadOnlyList<IReadOnlyList<double>> columns, int t, Span<float> slots)
    {
        slots.Clear();
        for (int i = 0; i < Columns.Length; i++) slots[i] = Scale(i, columns[i][t]);
        for (int i = 0; i < Lags.Length; i++)
        {
            int source = t + 1 - Lags[i];
            if (source >= 0) slots[Columns.Length + i] = Scale(0, columns[0][source]);
        }
    }

    /// <summary>The slots of all rows.</summary>
    public float[] WriteAll(double[][] columns, int rows)
    {
        var slots = new float[rows * Slots];
        for (int t = 0; t < rows; t++) Write(columns, t, slots.AsSpan(t * Slots, Slots));
        return slots;
    }

    /// <summary>What the model is to say after row <paramref name="t"/>.</summary>
    public float Target(double[] target, int t) => (float)((target[t + 1] - target[t]) / Step);

    /// <summary>The forecast of the row after one with this value.</summary>
    public double Forecast(double value, float output) => value + Step * output;

    /// <summary>As texts for the file.</summary>
    public Dictionary<string, string> ToMetadata()
    {
        var metadata = new Dictionary<string, string> { [WindowKey] = Text(Window), [StepKey] = Text(Step) };
        for (int i = 0; i < Columns.Length; i++) metadata[$"{SlotKey}{i}"] = $"{Text(Means[i])} {Text(Deviations[i])} {Columns[i]}";
        for (int i = 0; i < Lags.Length; i++) metadata[$"{SlotKey}{Columns.Length + i}"] = $"lag {Lags[i].ToString(CultureInfo.InvariantCulture)}";
        return metadata;
    }

    /// <summary>From the texts of a file.</summary>
    public static InputLayout FromMetadata(string file, IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(WindowKey, out string? window) || !metadata.TryGetValue(StepKey, out string? step))
            throw new CliException($"{file} was not written by 'fastseq train': it does not say how to scale the columns. 'fastseq inspect' shows what is in it.");
        try
        {
            List<string> columns = [];
            List<double> means = [], deviations = [];
            List<int> lags = [];
            for (int i = 0; i < Slots && metadata.TryGetValue($"{SlotKey}{i}", out string? slot); i++)
            {
                string[] parts = slot.Split(' ', 3);
                if (parts[0] == "lag")
                {
                    lags.Add(int.Parse(parts[1], CultureInfo.InvariantCulture));
                    continue;
                }

                means.Add(double.Parse(parts[0], CultureInfo.InvariantCulture));
                deviations.Add(double.Parse(parts[1], CultureInfo.InvariantCulture));
                columns.Add(parts[2]);
            }

            var layout = new InputLayout
            {
                Columns = [.. columns], Lags = [.. lags], Window = int.Parse(window, CultureInfo.InvariantCulture),
                Means = [.. means], Deviations = [.. deviations], Step = double.Parse(step, CultureInfo.InvariantCulture),
            };
            bool sensible = layout is { Columns.Length: > 0, Window: >= 1 and <= MaxWindow, Step: > 0 and < double.PositiveInfinity }
                && layout.Lags.All(lag => lag is >= 2 and <= MaxLag) && layout.Means.All(double.IsFinite) && layout.Deviations.All(deviation => deviation is > 0 and < double.PositiveInfinity);
            return sensible ? layout : throw new FormatException("its numbers make no sense");
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw new CliException($"{file}: what it says about its columns cannot be read ({exception.Message}). Train again.");
        }
    }

    float Scale(int column, double value) => (float)((value - Means[column]) / Deviations[column]);

    static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    static (double Mean, double Deviation) MeanAndDeviation(ReadOnlySpan<double> values)
    {
        double mean = 0, squares = 0;
        foreach (double value in values) mean += value / values.Length;
        foreach (double value in values) squares += (value - mean) * (value - mean) / values.Length;
        return (mean, Math.Sqrt(squares));
    }
}
