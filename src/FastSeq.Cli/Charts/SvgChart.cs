using System.Globalization;
using System.Text;

namespace FastSeq.Cli.Charts;

/// <summary>Draws truth and forecast as an SVG picture, one row a week.</summary>
static class SvgChart
{
    const int Width = 1000, RowHeight = 190, Left = 70, Right = 20, Top = 70, Gap = 40;

    /// <summary>Draws the picture.</summary>
    /// <param name="title">Above it.</param>
    /// <param name="unit">Of the values.</param>
    /// <param name="truth">What came.</param>
    /// <param name="forecast">What was foretold.</param>
    /// <param name="rowLength">The values of a row.</param>
    /// <param name="dayLength">The values from one vertical line to the next.</param>
    /// <param name="firstDay">The date at the left end.</param>
    public static string Draw(string title, string unit, ReadOnlySpan<double> truth, ReadOnlySpan<double> forecast, int rowLength, int dayLength, DateOnly firstDay)
    {
        int rows = (truth.Length + rowLength - 1) / rowLength, height = Top + rows * (RowHeight + Gap);
        ChartFrame frame = ChartFrame.Around(truth, forecast, ticks: 4);
        var svg = new StringBuilder();
        IFormatProvider invariant = CultureInfo.InvariantCulture;
        svg.Append(invariant, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" font-family="system-ui, sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="#ffffff"/>
            <text x="{Left}" y="28" font-size="17" fill="#222">{Escape(title)}</text>
            <path d="M {Left} 46 h 26" stroke="#888" stroke-width="3"/><text x="{Left + 32}" y="50" fill="#444">truth ({Escape(unit)})</text>
            <path d="M {Left + 140} 46 h 26" stroke="#0b7bd0" stroke-width="1.8"/><text x="{Left + 172}" y="50" fill="#444">forecast</text>

            """);
        for (int row = 0; row < rows; row++)
        {
            int from = row * rowLength, count = Math.Min(rowLength, truth.Length - from), top = Top + row * (RowHeight + Gap);
            double dx = (double)(Width - Left - Right) / (rowLength - 1);
            for (double tick = frame.Low; tick <= frame.High + frame.Step / 2; tick += frame.Step)
            {
                double y = Y(tick, frame, top);
                svg.Append(invariant, $"<path d=\"M {Left} {y:0.#} H {Width - Right}\" stroke=\"#e4e4e4\"/><text x=\"{Left - 6}\" y=\"{y + 4:0.#}\" text-anchor=\"end\" fill=\"#666\">{ChartFrame.Text(tick)}</text>\n");
            }

            for (int day = 0; day * dayLength < count; day++)
            {
                double x = Left + day * dayLength * dx;
                DateOnly date = firstDay.AddDays((from + day * dayLength) / dayLength);
                svg.Append(invariant, $"<path d=\"M {x:0.#} {top} V {top + RowHeight}\" stroke=\"#efefef\"/><text x=\"{x + 3:0.#}\" y=\"{top + RowHeight + 15}\" fill=\"#666\">{date.ToString("ddd d MMM", invariant)}</text>\n");
            }

            svg.Append(invariant, $"<path d=\"{Curve(truth.Slice(from, count), frame, top, dx)}\" fill=\"none\" stroke=\"#888\" stroke-width=\"3\" stroke-linejoin=\"round\"/>\n");
            svg.Append(invariant, $"<path d=\"{Curve(forecast.Slice(from, count), frame, top, dx)}\" fill=\"none\" stroke=\"#0b7bd0\" stroke-width=\"1.8\" stroke-linejoin=\"round\"/>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    static string Curve(ReadOnlySpan<double> values, ChartFrame frame, int top, double dx)
    {
        var path = new StringBuilder();
        for (int i = 0; i < values.Length; i++)
            path.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "M" : "L")}{Left + i * dx:0.#} {Y(values[i], frame, top):0.#} ");
        return path.ToString().TrimEnd();
    }

    static double Y(double value, ChartFrame frame, int top) => top + (1 - frame.Share(value)) * RowHeight;

    static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
