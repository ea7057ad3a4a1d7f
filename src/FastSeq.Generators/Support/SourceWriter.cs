using System;
using System.Globalization;
using System.Text;

namespace FastSeq.Generators.Support;

/// <summary>
/// Writes indented source text with '\n' line ends. The nesting of the emitter shows the nesting of its output:
/// <c>using (writer.Block("for (int t = 0; t &lt; timeSteps; t++)")) { ... }</c>.
/// </summary>
internal sealed class SourceWriter
{
    private const int IndentSize = 4;
    private readonly StringBuilder text = new();
    private int depth;

    /// <summary>Writes an empty line.</summary>
    public SourceWriter WriteLine()
    {
        text.Append('\n');
        return this;
    }

    /// <summary>Writes one line at the current indentation; an empty one without trailing spaces.</summary>
    public SourceWriter WriteLine(string line)
    {
        if (line.IndexOf('\n') >= 0)
        {
            return WriteLines(line);
        }

        string trimmed = line.TrimEnd();
        if (trimmed.Length > 0)
        {
            text.Append(' ', depth * IndentSize).Append(trimmed);
        }

        return WriteLine();
    }

    /// <summary>Writes each line of a raw literal at the current indentation, on top of its own.</summary>
    public SourceWriter WriteLines(string lines)
    {
        foreach (string line in lines.Replace("\r\n", "\n").Split('\n'))
        {
            WriteLine(line);
        }

        return this;
    }

    /// <summary>Writes a header (if not empty) and an opening brace; disposing writes the closing brace and <paramref name="end"/>.</summary>
    public Scope Block(string header = "", string end = "")
    {
        if (header.Length > 0)
        {
            WriteLines(header);
        }

        WriteLine("{");
        depth++;
        return new Scope(this, "}" + end);
    }

    /// <summary>Indents the lines up to its disposal, without braces.</summary>
    public Scope Indent()
    {
        depth++;
        return new Scope(this, null);
    }

    public override string ToString() => text.ToString();

    /// <summary>A literal that reads back as the very same number.</summary>
    public static string Literal(float value)
    {
        if (float.IsNaN(value) || float.IsInfinity(value))
        {
            return float.IsNaN(value) ? "float.NaN" : value > 0 ? "float.PositiveInfinity" : "float.NegativeInfinity";
        }

        if (value == 0f)
        {
            return 1 / value > 0 ? "0f" : "-0f";
        }

        // The shortest of 6 to 9 digits that reads back: the same text from every host, old frameworks included.
        for (int digits = 6; ; digits++)
        {
            string literal = value.ToString("G" + digits, CultureInfo.InvariantCulture);
            if (digits == 9 || (float.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out float read) && read == value))
            {
                return literal + "f";
            }
        }
    }

    /// <inheritdoc cref="Literal(float)"/>
    public static string Literal(double value)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            return double.IsNaN(value) ? "double.NaN" : value > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity";
        }

        if (value == 0d)
        {
            return 1 / value > 0 ? "0d" : "-0d";
        }

        for (int digits = 15; ; digits++)
        {
            string literal = value.ToString("G" + digits, CultureInfo.InvariantCulture);
            if (digits == 17 || (double.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out double read) && read == value))
            {
                return literal + "d";
            }
        }
    }

    /// <summary>An open block, closed by its disposal.</summary>
    public readonly struct Scope(SourceWriter writer, string? end) : IDisposable
    {
        public void Dispose()
        {
            writer.depth--;
            if (end is not null)
            {
                writer.WriteLine(end);
            }
        }
    }
}
