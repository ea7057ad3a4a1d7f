using FastSeq.Cli.Csv;

namespace FastSeq.Cli.Forecasting;

/// <summary>Forecasts of rows that are known, each made from the rows before it.</summary>
/// <param name="First">The first row.</param>
/// <param name="Forecasts">One for every row from <paramref name="First"/> on.</param>
/// <param name="MeanAbsoluteError">Over all of them.</param>
sealed record Backtest(int First, double[] Forecasts, double MeanAbsoluteError)
{
    /// <summary>Forecasts all rows from one on.</summary>
    public static Backtest Run(IForecaster model, InputLayout layout, NumberTable table, int first)
    {
        double[] target = table.Columns[0];
        float[] outputs = model.Predict(layout.WriteAll(table.Columns, table.Rows), layout.Window, first - layout.Window, table.Rows - first);
        var forecasts = new double[outputs.Length];
        double error = 0;
        for (int i = 0; i < forecasts.Length; i++)
        {
            forecasts[i] = layout.Forecast(target[first + i - 1], outputs[i]);
            error += Math.Abs(forecasts[i] - target[first + i]) / forecasts.Length;
        }

        return new Backtest(first, forecasts, error);
    }
}
