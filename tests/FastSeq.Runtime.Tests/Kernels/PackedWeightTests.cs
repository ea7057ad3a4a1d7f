using FastSeq.Kernels;
using Xunit;

namespace FastSeq.Tests.Kernels;

/// <summary>Products with packed weights where models do not go: the largest sizes, weights that round badly, inputs at the ends of the range.</summary>
public sealed class PackedWeightTests
{
    private const int Lanes = 16;

    /// <summary>All products as large as they get: a 16-bit or 32-bit sum that overflows or saturates would show.</summary>
    [Theory]
    [InlineData(8192, 1)]
    [InlineData(65536, 1)]
    [InlineData(65536, -1)]
    public void Int8_LargestSums_AreExact(int inner, int sign)
    {
        float[] x = new float[inner], flat = new float[(inner + 1) * 17];
        x.AsSpan().Fill(sign);
        flat.AsSpan(0, inner * 17).Fill(2);
        float[] sums = Multiply(new Int8Weight(flat, 0, inner * 17, inner, 1, 17, Lanes), x, 1, 17);
        Assert.All(sums, sum => Assert.Equal(2.0 * inner * sign, sum, 2.0 * inner * 1e-6));
    }

    [Fact]
    public void Int8_AlternatingExtremes_AreExact()
    {
        // vpmaddubsw adds two products: 127·127 twice, or minus that, are the ends of what 16 bits must hold.
        const int Inner = 64;
        float[] x = [.. Enumerable.Range(0, Inner).Select(k => k % 4 < 2 ? 1f : -1f)], flat = new float[(Inner + 1) * Lanes];
        for (int k = 0; k < Inner; k++)
        {
            flat.AsSpan(k * Lanes, Lanes).Fill(k % 4 < 2 ? -1 : 1);
        }

        Assert.All(Multiply(new Int8Weight(flat, 0, Inner * Lanes, Inner, 1, Lanes, Lanes), x, 1, Lanes), sum => Assert.Equal(-Inner, sum, 1e-4));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-45f)]
    [InlineData(1e-38f)]
    public void Int8_VanishingInput_GivesTheBias(float size)
    {
        float[] flat = Weights(5, 20);
        float[] sums = Multiply(new Int8Weight(flat, 0, 100, 5, 1, 20, Lanes), [size, -size, 0, size, size], 1, 20);
        Assert.Equal(flat[100..120], sums);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Int8_InputOrWeightThatIsNotFinite_GivesNaN(float value)
    {
        foreach (int place in new[] { 0, 17, 39 })
        {
            float[] flat = Weights(40, 20), x = Weights(40, 0);
            x[place] = value;
            Assert.All(Multiply(new Int8Weight(flat, 0, 800, 40, 1, 20, Lanes), x, 1, 20), sum => Assert.True(float.IsNaN(sum)));

            // Full panels of 16 units come first: element k * 16 + 3 belongs to unit 3.
            flat[(place * 16) + 3] = value;
            float[] sums = Multiply(new Int8Weight(flat, 0, 800, 40, 1, 20, Lanes), Weights(40, 0), 1, 20);
            Assert.True(float.IsNaN(sums[3]));
            Assert.Equal(19, sums.Count(float.IsFinite));
        }
    }

    [Fact]
    public void Int8_HugeNumbers_StayFinite()
    {
        float[] flat = Weights(8, 3), x = [3e38f, -3e38f, 1, 0, 3.4e38f, 0, 0, 0];
        float[] small = [.. x.Select(v => v * 1e-20f)];
        float[] sums = Multiply(new Int8Weight(flat, 0, 24, 8, 1, 3, Lanes), x, 1, 3);
        float[] expected = Multiply(new Int8Weight([.. flat[..24], 0, 0, 0], 0, 24, 8, 1, 3, Lanes), small, 1, 3);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(expected[i], sums[i] * 1e-20f, Math.Abs(expected[i]) * 1e-5);
        }
    }

    [Fact]
    public void BFloat16_WeightsThatAreZeroOrTiny_AddNothing()
    {
        // Each shares a word with a weight of 1: read as a float, the word must be neither a subnormal number nor one that shows.
        foreach (float tiny in new[] { 0f, -0f, 1e-45f, -1e-39f, 1e-30f })
        {
            float[] flat = new float[33 * 2];
            flat.AsSpan(0, 16).Fill(tiny);
            flat.AsSpan(16, 16).Fill(1.5f);
            float[] sums = Multiply(new BFloat16Weight(flat, 0, 32, 1, 2, 16, Lanes), [1000], 1, 32);
            Assert.All(sums[..16], sum => Assert.InRange(Math.Abs(sum), 0, 1e-14f));
            Assert.All(sums[..16], sum => Assert.True(sum == 0 || float.IsNormal(sum)));
            Assert.All(sums[16..], sum => Assert.Equal(1500, sum));
        }
    }

    [Fact]
    public void BFloat16_EveryWeight_IsAsNearAsBFloat16()
    {
        var random = new Random(5);
        float[] flat = new float[33 * 1000];
        for (int i = 0; i < 32 * 1000; i++)
        {
            flat[i] = (float)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-20, 20)));
        }

        // Each k alone, by an input of 1 there.
        var weight = new BFloat16Weight(flat, 0, 32 * 1000, 1000, 2, 16, Lanes);
        var x = new float[1000];
        for (int k = 0; k < 1000; k++)
        {
            x.AsSpan().Clear();
            x[k] = 1;
            float[] row = Multiply(weight, x, 1, 32);
            for (int column = 0; column < 32; column++)
            {
                float exact = flat[(k * 32) + column];

                // bfloat16 has 8 significant bits: half a unit of the last place is at most 2^-8 of a number.
                Assert.InRange(Math.Abs((double)row[column] - exact), 0, Math.Abs((double)exact) / 256);
            }
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void BFloat16_WeightThatIsNotFinite_GivesNoPlausibleSum(float value)
    {
        foreach (int place in new[] { 3, 19 })
        {
            float[] flat = Weights(1, 32);
            flat[place] = value;
            float[] sums = Multiply(new BFloat16Weight(flat, 0, 32, 1, 2, 16, Lanes), [1], 1, 32);
            Assert.False(float.IsFinite(sums[place]));
            Assert.Equal(31, sums.Count(float.IsFinite));
        }
    }

    /// <summary>Rows of all counts of tiles, columns that fill no register: each row has the bits that it has alone, and what lies behind the sums stays.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 17)]
    [InlineData(64, 64)]
    [InlineData(33, 100)]
    [InlineData(7, 145)]
    [InlineData(12, 208)]
    [InlineData(9, 400)]
    public void Rows_DoNotDependOnEachOther(int inner, int units)
    {
        float[] flat = Weights(inner, units);
        var packed = new BFloat16Weight(flat, 0, inner * units, inner, 1, units, Lanes);
        var integers = new Int8Weight(flat, 0, inner * units, inner, 1, units, Lanes);
        float[] x = Weights(inner, 10);
        foreach (int rows in new[] { 0, 1, 2, 3, 4, 5, 7, 10 })
        {
            float[] many = Multiply(packed, x, rows, units), manyIntegers = Multiply(integers, x, rows, units);
            for (int row = 0; row < rows; row++)
            {
                float[] one = x[(row * inner)..((row + 1) * inner)];
                Assert.Equal(Multiply(packed, one, 1, units), many[(row * units)..((row + 1) * units)]);
                Assert.Equal(Multiply(integers, one, 1, units), manyIntegers[(row * units)..((row + 1) * units)]);
            }
        }
    }

    /// <summary>The order of blocks: whole ones only, a part of one only, both.</summary>
    [Theory]
    [InlineData(5, 100)]
    [InlineData(64, 256)]
    [InlineData(33, 500)]
    public void Descending_ChangesNoBit(int inner, int units)
    {
        float[] flat = Weights(inner, units), x = Weights(inner, 1);
        var packed = new BFloat16Weight(flat, 0, inner * units, inner, 1, units, Lanes);
        var integers = new Int8Weight(flat, 0, inner * units, inner, 1, units, Lanes);
        Assert.Equal(Multiply(packed, x, 1, units), Guarded((ref float sums) => packed.Multiply(1, in x[0], ref sums, descending: true), units));
        Assert.Equal(Multiply(integers, x, 1, units), Guarded((ref float sums) => integers.Multiply(1, in x[0], ref sums, descending: true), units));
    }

    private static float[] Weights(int inner, int units)
    {
        var random = new Random((inner * 1000) + units);
        return [.. Enumerable.Range(0, (inner + 1) * Math.Max(1, units)).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    private static float[] Multiply(BFloat16Weight weight, float[] x, int rows, int units) => Guarded((ref float sums) => weight.Multiply(rows, in x[0], ref sums), rows * units);

    private static float[] Multiply(Int8Weight weight, float[] x, int rows, int units) => Guarded((ref float sums) => weight.Multiply(rows, in x[0], ref sums), rows * units);

    private static float[] Guarded(Product product, int count)
    {
        var sums = new float[count + 64];
        sums.AsSpan(count).Fill(float.MaxValue);
        product(ref sums[0]);
        Assert.All(sums[count..], guard => Assert.Equal(float.MaxValue, guard));
        return sums[..count];
    }

    private delegate void Product(ref float sums);
}
