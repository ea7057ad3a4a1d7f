using System.Globalization;
using CsCheck;
using FastSeq.Generators.Support;

namespace FastSeq.Generators.Tests;

/// <summary>The writer of source and the array that values between stages are made of.</summary>
public class SupportTests
{
    [Fact]
    public void Blocks_NestAsTheirOutputDoes()
    {
        var writer = new SourceWriter();
        writer.WriteLine("// head");
        using (writer.Block("namespace A"))
        {
            using (writer.Block("for (;;)", ";"))
            {
                writer.WriteLines(
                    """
                    if (x)
                        y();
                    """);
                writer.WriteLine();
                using (writer.Indent())
                {
                    writer.WriteLine("z();   ");
                }
            }
        }

        Assert.Equal("// head\nnamespace A\n{\n    for (;;)\n    {\n        if (x)\n            y();\n\n            z();\n    };\n}\n", writer.ToString());
    }

    [Fact]
    public void WindowsLineEnds_AreNotWritten() => Assert.Equal("a\nb\n", new SourceWriter().WriteLines("a\r\nb").ToString());

    [Theory]
    [InlineData(float.NaN, "float.NaN")]
    [InlineData(float.PositiveInfinity, "float.PositiveInfinity")]
    [InlineData(float.NegativeInfinity, "float.NegativeInfinity")]
    [InlineData(0f, "0f")]
    [InlineData(-0f, "-0f")]
    [InlineData(0.1f, "0.1f")]
    [InlineData(1f, "1f")]
    [InlineData(1e20f, "1E+20f")]
    [InlineData(16777216f, "16777216f")]
    [InlineData(float.MaxValue, "3.4028235E+38f")]
    [InlineData(float.Epsilon, "1.4013E-45f")]
    public void FloatLiteral_IsShort(float value, string expected) => Assert.Equal(expected, SourceWriter.Literal(value));

    [Theory]
    [InlineData(double.NaN, "double.NaN")]
    [InlineData(double.PositiveInfinity, "double.PositiveInfinity")]
    [InlineData(double.NegativeInfinity, "double.NegativeInfinity")]
    [InlineData(-0d, "-0d")]
    [InlineData(0.1, "0.1d")]
    [InlineData(3, "3d")]
    [InlineData(double.MaxValue, "1.7976931348623157E+308d")]
    public void DoubleLiteral_IsShort(double value, string expected) => Assert.Equal(expected, SourceWriter.Literal(value));

    [Fact]
    public void Literals_ReadBackBitForBit_InAnyCulture()
    {
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            commas.NumberFormat.NumberDecimalSeparator = ",";
            commas.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = commas;
            Gen.UInt.Select(BitConverter.UInt32BitsToSingle).Where(float.IsFinite).Sample(
                value => BitConverter.SingleToUInt32Bits(value)
                    == BitConverter.SingleToUInt32Bits(float.Parse(SourceWriter.Literal(value).TrimEnd('f'), CultureInfo.InvariantCulture)),
                iter: 20_000, threads: 1);
            Gen.ULong.Select(BitConverter.UInt64BitsToDouble).Where(double.IsFinite).Sample(
                value => BitConverter.DoubleToUInt64Bits(value)
                    == BitConverter.DoubleToUInt64Bits(double.Parse(SourceWriter.Literal(value).TrimEnd('d'), CultureInfo.InvariantCulture)),
                iter: 20_000, threads: 1);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void EquatableArrays_AreEqualByTheirElements()
    {
        EquatableArray<string> left = ["a", "b"], same = ["a", "b"];
        Assert.Equal(left, same);
        Assert.Equal(left.GetHashCode(), same.GetHashCode());
        Assert.True(left == same);
        Assert.NotEqual(left, ["a"]);
        Assert.NotEqual(left, ["b", "a"]);
        Assert.True(default == EquatableArray.Create<string>([]));
        Assert.True(default(EquatableArray<string>).IsEmpty);
        Assert.Equal(["a", "b"], left.Select(text => text));
    }
}
