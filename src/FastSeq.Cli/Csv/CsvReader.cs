using System.Text;

namespace FastSeq.Cli.Csv;

/// <summary>
/// Reads records of a CSV text (RFC 4180): quoted fields may hold delimiters, doubled quotes and line breaks; lines may end in LF, CRLF or CR.
/// Knows at which line of the text a record begins.
/// </summary>
/// <param name="reader">The text.</param>
/// <param name="file">What messages call it.</param>
/// <param name="delimiter">What lies between fields.</param>
sealed class CsvReader(TextReader reader, string file, char delimiter)
{
    readonly List<string> fields = [];
    readonly StringBuilder field = new();
    int nextLine = 1;

    /// <summary>The fields of the last record.</summary>
    public IReadOnlyList<string> Fields => fields;

    /// <summary>The line at which the last record begins, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Whether nothing at all stood in the line of the last record.</summary>
    public bool IsBlank => fields is [{ Length: 0 }] && !wasQuoted;

    bool wasQuoted;

    /// <summary>Reads a record; <see langword="false"/> at the end.</summary>
    public bool Read()
    {
        if (reader.Peek() < 0) return false;
        fields.Clear();
        wasQuoted = false;
        Line = nextLine;
        while (true)
        {
            char end = ReadField();
            fields.Add(field.ToString());
            if (end != delimiter) return true;
        }
    }

    // Reads a field and what ends it: the delimiter, or '\n' for the end of the line or of the text.
    char ReadField()
    {
        field.Clear();
        if (reader.Peek() == '"')
        {
            wasQuoted = true;
            ReadQuoted();
            int line = nextLine, after = reader.Read();
            if (after == delimiter) return delimiter;
            if (after < 0 || IsLineEnd(after)) return '\n';
            throw new CliException($"{file}, line {line}: '{(char)after}' follows a closing quote, where a field must end. Double the quotes within quoted fields.");
        }

        while (true)
        {
            int read = reader.Read();
            if (read == delimiter) return delimiter;
            if (read < 0 || IsLineEnd(read)) return '\n';
            field.Append((char)read);
        }
    }

    void ReadQuoted()
    {
        int openedAt = nextLine;
        reader.Read();
        while (true)
        {
            int read = reader.Read();
            if (read < 0) throw new CliException($"{file}, line {openedAt}: a quoted field begins here and never ends. Close it with \", or double the quotes within it.");
            if (read == '"')
            {
                if (reader.Peek() != '"') return;
                reader.Read();
            }
            else if (IsLineEnd(read))
            {
                read = '\n';
            }

            field.Append((char)read);
        }
    }

    bool IsLineEnd(int read)
    {
        if (read == '\r' && reader.Peek() == '\n') reader.Read();
        if (read is not ('\n' or '\r')) return false;
        nextLine++;
        return true;
    }
}
