using CsCheck;
using FastSeq.Cli.Csv;

namespace FastSeq.Cli.Tests.Csv;

public class CsvReaderTests
{
    static List<(int Line, string[] Fields)> ReadAll(string text, char delimiter = ',')
    {
        var reader = new CsvReader(new StringReader(text), "file.csv", delimiter);
        var records = new List<(int, string[])>();
        while (reader.Read()) records.Add((reader.Line, [.. reader.Fields]));
        return records;
    }

    [Theory]
    [InlineData("a,b\n1,2\n")]
    [InlineData("a,b\n1,2")]
    [InlineData("a,b\r\n1,2\r\n")]
    [InlineData("a,b\r1,2\r")]
    [InlineData("\"a\",\"b\"\n\"1\",2\n")]
    public void LineEndsAndQuotes_GiveTheSameRecords(string text)
    {
        List<(int Line, string[] Fields)> records = ReadAll(text);
        Assert.Equal([1, 2], records.Select(r => r.Line));
        Assert.Equal(["a", "b"], records[0].Fields);
        Assert.Equal(["1", "2"], records[1].Fields);
    }

    [Fact]
    public void LineBreaksWithinQuotes_CountAsLines()
    {
        List<(int Line, string[] Fields)> records = ReadAll("a,b\n\"x\r\ny\",\"says \"\"no\"\"\"\n3,4\n");
        Assert.Equal((2, "x\ny", "says \"no\""), (records[1].Line, records[1].Fields[0], records[1].Fields[1]));
        Assert.Equal(4, records[2].Line);
    }

    [Fact]
    public void EmptyFields_AreFields()
    {
        Assert.Equal(["", "", ""], ReadAll(",,\n")[0].Fields);
        Assert.Equal(["1", ""], ReadAll("1,")[0].Fields);
        Assert.Empty(ReadAll(""));
    }

    [Fact]
    public void OpenQuote_NamesTheLineWhereItBegan()
    {
        CliException error = Assert.Throws<CliException>(() => ReadAll("a\n1\n\"2\n3\n"));
        Assert.Contains("file.csv, line 3:", error.Message);
    }

    [Fact]
    public void TextAfterAClosingQuote_IsRefused() =>
        Assert.Contains("file.csv, line 2: '2' follows a closing quote", Assert.Throws<CliException>(() => ReadAll("a\n\"1\"2\n")).Message);

    [Fact]
    public void WhateverIsWrittenQuoted_IsReadBack()
    {
        Gen<string> field = Gen.Char["ab1,;\"\n\t é"].Array[0, 6].Select(chars => new string(chars));
        Gen.Select(field.Array[1, 4].Array[1, 6], Gen.Char[",;\t"], Gen.Bool.Select(crlf => crlf ? "\r\n" : "\n")).Sample((records, delimiter, lineEnd) =>
        {
            string text = string.Concat(records.Select(record => string.Join(delimiter, record.Select(f => $"\"{f.Replace("\"", "\"\"")}\"")) + lineEnd));
            List<(int Line, string[] Fields)> read = ReadAll(text, delimiter);
            return read.Count == records.Length && read.Zip(records).All(pair => pair.First.Fields.SequenceEqual(pair.Second));
        }, iter: 2_000);
    }
}
