using CsCheck;
using Xunit;

namespace FastSeq.Tests.Models;

public sealed class ParameterLayoutTests
{
    [Theory]
    [InlineData(1, 1, 1, 16)]
    [InlineData(20, 3, 4, 16)]
    [InlineData(16, 5, 4, 16)]
    [InlineData(33, 2, 3, 8)]
    [InlineData(7, 10, 1, 64)]
    public void PanelIndex_IsTheContractsFormula(int units, int inner, int gates, int lanes)
    {
        const int offset = 32;
        GateRegion[] regions = [.. Enumerable.Range(0, gates).Select(g => new GateRegion(offset, gates, g))];
        ParameterLayout layout = ParameterLayout.Panels(units, inner, lanes, regions);
        int rest = units % lanes, full = units / lanes;
        for (int g = 0; g < gates; g++)
        {
            for (int u = 0; u < units; u++)
            {
                for (int k = 0; k < inner; k++)
                {
                    long expected = u / lanes < full
                        ? offset + u / lanes * (inner * gates * lanes) + k * gates * lanes + g * lanes + u % lanes
                        : offset + full * (inner * gates * lanes) + k * gates * rest + g * rest + u % lanes;
                    Assert.Equal(expected, layout.IndexOf(g * units + u, k));
                }
            }
        }

        Assert.Equal(offset + units * inner * gates, layout.End);
    }

    [Fact]
    public void GatesOfDifferentRegions_LieWhereTheirRegionSays()
    {
        // GRU's n gate apart from r and z, and z before r.
        ParameterLayout layout = ParameterLayout.Panels(4, 2, 16, new GateRegion(0, 2, 1), new GateRegion(0, 2, 0), new GateRegion(64, 1, 0));
        Assert.Equal(4 + 1, layout.IndexOf(row: 1, column: 0));
        Assert.Equal(0 + 1, layout.IndexOf(row: 5, column: 0));
        Assert.Equal(8 + 1, layout.IndexOf(row: 5, column: 1));
        Assert.Equal(64 + 4 + 1, layout.IndexOf(row: 9, column: 1));
    }

    [Fact]
    public void CopyThereAndBack_KeepsEveryElementAndTouchesNoOther()
    {
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 9], Gen.Int[1, 4], Gen.Int[1, 20], Gen.Bool).Sample((units, inner, gates, lanes, plain) =>
        {
            ParameterLayout layout = plain
                ? ParameterLayout.Plain(16, units * gates, inner)
                : ParameterLayout.Panels(units, inner, lanes, [.. Enumerable.Range(0, gates).Select(g => new GateRegion(16, gates, g))]);
            var parameter = new ParameterInfo("w", [units * gates, inner], layout);
            float[] logical = [.. Enumerable.Range(1, (int)parameter.Count).Select(i => (float)i)];
            var flat = new float[16 + logical.Length + 16];
            parameter.CopyFrom<float>(logical, flat);
            Assert.Equal(logical.Length, flat.Count(x => x != 0));
            Assert.All(flat[..16], x => Assert.Equal(0, x));
            Assert.All(flat[^16..], x => Assert.Equal(0, x));
            for (int row = 0; row < units * gates; row++)
            {
                for (int k = 0; k < inner; k++) Assert.Equal(logical[row * inner + k], flat[parameter.IndexOf(row, k)]);
            }

            var back = new float[logical.Length];
            parameter.CopyTo<float>(flat, back);
            Assert.Equal(logical, back);
        }, iter: 300);
    }

    [Fact]
    public void WrongShapeOrIndex_IsAnError()
    {
        ParameterLayout layout = ParameterLayout.Plain(0, 3, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => layout.IndexOf(3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => layout.IndexOf(0, -1));
        var error = Assert.Throws<ArgumentException>(() => new ParameterInfo("fc.weight", [3, 3], layout));
        Assert.Contains("fc.weight", error.Message);
        Assert.Throws<ArgumentException>(() => new ParameterInfo("b", [3], layout));
        Assert.Throws<ArgumentException>(() => ParameterLayout.Panels(3, 1, 16, new GateRegion(0, 2, 2)));
    }
}
