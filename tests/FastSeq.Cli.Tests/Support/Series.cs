using System.Globalization;
using System.Text;

namespace FastSeq.Cli.Tests.Support;

/// <summary>CSV texts of series that can be learnt.</summary>
static class Series
{
    /// <summary>A wave of 12 rows with a little noise, its phase as a second column, and a text column that nobody needs.</summary>
    public static string Wave(int rows)
    {
        var random = new Random(1);
        var text = new StringBuilder("when,load,phase\n");
        for (int t = 0; t < rows; t++)
            text.Append(CultureInfo.InvariantCulture, $"row {t},{100 + 10 * Math.Sin(2 * Math.PI * t / 12) + random.NextDouble():0.####},{t % 12}\n");
        return text.ToString();
    }
}
