using System.Text;
using Spectre.Console;

namespace FastSeq.Cli.Charts;

/// <summary>Draws two curves into lines of text: dots of Braille in two colours on a terminal, plain letters elsewhere.</summary>
static class TerminalChart
{
    const int LabelWidth = 8, DotsAcross = 2, DotsDown = 4;

    // The bits of a Braille character's dots, column by column.
    static ReadOnlySpan<byte> DotBits => [0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80];

    /// <summary>Draws with colours on the terminal.</summary>
    public static void Draw(ReadOnlySpan<double> truth, ReadOnlySpan<double> forecast, int width, int height)
    {
        (byte[,] truthDots, byte[,] forecastDots, ChartFrame frame) = Rasterize(truth, forecast, width, height);
        for (int row = 0; row < height; row++)
        {
            AnsiConsole.Markup($"[grey]{Label(frame, row, height)}[/]");
            for (int column = 0; column < width; column++)
            {
                byte t = truthDots[row, column], f = forecastDots[row, column];
                string colour = (t, f) switch { (0, 0) => "default", (_, 0) => "grey", (0, _) => "deepskyblue1", _ => "green" };
                AnsiConsole.Markup($"[{colour}]{(char)(0x2800 + (t | f))}[/]");
            }

            AnsiConsole.WriteLine();
        }
    }

    /// <summary>Draws with letters: <c>.</c> truth, <c>o</c> forecast, <c>@</c> both.</summary>
    public static string Plain(ReadOnlySpan<double> truth, ReadOnlySpan<double> forecast, int width, int height)
    {
        (byte[,] truthDots, byte[,] forecastDots, ChartFrame frame) = Rasterize(truth, forecast, width, height);
        var text = new StringBuilder();
        var line = new StringBuilder();
        for (int row = 0; row < height; row++)
        {
            line.Clear().Append(Label(frame, row, height));
            for (int column = 0; column < width; column++)
                line.Append((truthDots[row, column], forecastDots[row, column]) switch { (0, 0) => ' ', (_, 0) => '.', (0, _) => 'o', _ => '@' });
            text.AppendLine(line.ToString().TrimEnd());
        }

        return text.ToString();
    }

    static string Label(ChartFrame frame, int row, int height) =>
        (row == 0 ? ChartFrame.Text(frame.High) : row == height - 1 ? ChartFrame.Text(frame.Low) : "").PadLeft(LabelWidth - 1) + " ";

    static (byte[,] Truth, byte[,] Forecast, ChartFrame Frame) Rasterize(ReadOnlySpan<double> truth, ReadOnlySpan<double> forecast, int width, int height)
    {
        ChartFrame frame = ChartFrame.Around(truth, forecast, ticks: 4);
        return (Dots(truth, frame, width, height), Dots(forecast, frame, width, height), frame);
    }

    // Every column of dots is filled from its value to halfway to the next one, so that steep curves hold together.
    static byte[,] Dots(ReadOnlySpan<double> values, ChartFrame frame, int width, int height)
    {
        var cells = new byte[height, width];
        int across = width * DotsAcross, down = height * DotsDown, previous = -1;
        for (int x = 0; x < across; x++)
        {
            double position = (values.Length - 1) * (double)x / (across - 1);
            int left = Math.Min((int)position, values.Length - 2);
            double value = values[left] + (position - left) * (values[left + 1] - values[left]);
            int y = (int)Math.Round((1 - frame.Share(value)) * (down - 1));
            int from = previous < 0 ? y : (previous + y) / 2;
            for (int dot = Math.Min(from, y); dot <= Math.Max(from, y); dot++)
                cells[dot / DotsDown, x / DotsAcross] |= DotBits[x % DotsAcross * DotsDown + dot % DotsDown];
            previous = y;
        }

        return cells;
    }
}
