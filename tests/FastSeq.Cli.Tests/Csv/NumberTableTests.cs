using System.Text;
using FastSeq.Cli.Csv;
using FastSeq.Cli.Tests.Support;

namespace FastSeq.Cli.Tests.Csv;

public class NumberTableTests
{
    static double[][] Read(string text, string[] names, char? delimiter = null, bool decimalComma = false)
    {
        using var folder = new CliFolder();
        return NumberTable.Read(folder.Write("data.csv", text), names, new NumberTable.Format(delimiter, decimalComma)).Columns;
    }

    static string Error(string text, string name = "y", char? delimiter = null, bool decimalComma = false) =>
        Assert.Throws<CliException>(() => Read(text, [name], delimiter, decimalComma)).Message;

    [Fact]
    public void ColumnsAreFoundByName_WhateverLiesBetween()
    {
        foreach (char delimiter in ",;\t")
        {
            double[][] columns = Read("x,note,y\n1,\"a\",2.5\n-3e2,b, 4 \n".Replace(',', delimiter), ["y", "x"]);
            Assert.Equal([2.5, 4], columns[0]);
            Assert.Equal([1, -300], columns[1]);
        }
    }

    [Fact]
    public void ByteOrderMarksAndTrailingBlankLines_AreNoPartOfTheData()
    {
        using var folder = new CliFolder();
        foreach (Encoding encoding in new Encoding[] { new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode })
        {
            File.WriteAllText(folder.PathOf("data.csv"), "y\r\n1\r\n2\r\n\r\n\r\n", encoding);
            Assert.Equal([1, 2], NumberTable.Read(folder.PathOf("data.csv"), ["y"], default).Columns[0]);
        }
    }

    [Fact]
    public void DecimalCommas_AreNumbersWhereAskedFor() => Assert.Equal([3.14, -2], Read("x;y\n1;3,14\n1;-2\n", ["y"], decimalComma: true)[0]);

    [Theory]
    [InlineData("y\n1\n\n3\n", "data.csv, line 3: the line is empty, but line 4 goes on.")]
    [InlineData("x,y\n1,2\n1,\n", "data.csv, line 3, column 'y' (field 2): the cell is empty.")]
    [InlineData("x,y\n1,NaN\n", "line 2, column 'y' (field 2): 'NaN' stands for a missing value.")]
    [InlineData("x,y\n1,Infinity\n", "line 2, column 'y' (field 2): 'Infinity' stands for a missing value.")]
    [InlineData("x,y\n1,NA\n", "'NA' stands for a missing value.")]
    [InlineData("x,y\n1,abc\n", "line 2, column 'y' (field 2): 'abc' is not a number.")]
    [InlineData("x,y\n1,1e999\n", "'1e999' is not a number.")]
    [InlineData("x;y\n1;3,14\n", "'3,14' has a decimal comma. Write 3.14, or pass --decimal-comma.")]
    [InlineData("x,y\n1,\"1,234,567\"\n", "'1,234,567' has commas between thousands. Write 1234567.")]
    [InlineData("x,y\n1,2,3\n", "data.csv, line 2: 3 fields, but the header has 2.")]
    [InlineData("x,y\n1\n", "data.csv, line 2: 1 field, but the header has 2.")]
    [InlineData("x,Y\n1,2\n", "line 1: there is no column 'y'. Did you mean 'Y'?")]
    [InlineData("x,z\n1,2\n", "line 1: there is no column 'y'. The file has: x, z.")]
    [InlineData("1,2\n3,4\n", "line 1: these are numbers ('1', '2'), no header.")]
    [InlineData("y,y\n1,2\n", "line 1: the column 'y' is there twice, as fields 1 and 2.")]
    [InlineData("", "data.csv, line 1: there is no header.")]
    [InlineData("\n1\n", "data.csv, line 1: there is no header.")]
    [InlineData("x,y\n\"1,2\n", "data.csv, line 2: a quoted field begins here and never ends.")]
    public void WhatIsWrong_IsSaidWithLineAndColumn(string text, string expected) => Assert.Contains(expected, Error(text));

    [Fact]
    public void LinesWithinQuotedFields_AreCounted() =>
        Assert.Contains("data.csv, line 5, column 'y'", Error("note,y\n\"two\nlines\",1\nx,2\nx,oops\n"));

    [Fact]
    public void DecimalCommasBetweenCommas_AreRefused() => Assert.Contains("Pass --delimiter", Error("x,y\n1,2\n", decimalComma: true));
}
