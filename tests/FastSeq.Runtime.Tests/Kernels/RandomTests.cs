using System.Runtime.Intrinsics;
using FastSeq.Kernels;
using Xunit;

namespace FastSeq.Tests.Kernels;

public sealed class RandomTests
{
    /// <summary>The known answers of philox4x32-10 that its authors publish with Random123 (kat_vectors).</summary>
    [Theory]
    [InlineData(0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8)]
    [InlineData(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd)]
    [InlineData(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1)]
    public void Block_GivesTheKnownAnswers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint r0, uint r1, uint r2, uint r3) =>
        Assert.Equal(Vector128.Create(r0, r1, r2, r3), CounterRandom.Block(k0 | (ulong)k1 << 32, Vector128.Create(c0, c1, c2, c3)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    public void Fill_IsEightBlocksAGroup(int groups)
    {
        const ulong Seed = 0x0123456789ABCDEF, Step = 0xFEDCBA9876543210;
        uint[] numbers = new uint[groups * CounterRandom.GroupLength];
        foreach (uint group in new[] { 0u, 1u, 12345u, (1u << 29) - (uint)groups })
        {
            CounterRandom.Fill(Seed, 7, Step, group, numbers);
            for (uint i = 0; i < numbers.Length; i++)
            {
                Vector128<uint> block = CounterRandom.Block(Seed, Vector128.Create((group * 8) + (i / 32 * 8) + (i % 8), 7, 0x76543210, 0xFEDCBA98));
                Assert.Equal(block[(int)(i % 32 / 8)], numbers[i]);
            }
        }
    }

    [Fact]
    public void DrawnMask_OfAPart_IsThatPartOfTheMask()
    {
        float[] whole = new float[1000];
        double[] wide = new double[1000];
        DropoutMask.Draw(5, 1, 9, 1000, whole, 0.3f, 2f, 3f);
        DropoutMask.Draw(5, 1, 9, 1000, wide, 0.3f, 2.0, 3.0);
        Assert.Equal(whole.Select(one => (double)one), wide);
        var random = new Random(1);
        for (int i = 0; i < 300; i++)
        {
            int start = random.Next(1000), length = random.Next(1000 - start + 1);
            float[] part = new float[length];
            DropoutMask.Draw(5, 1, 9, 1000 + start, part, 0.3f, 2f, 3f);
            Assert.Equal(whole[start..(start + length)], part);
        }
    }

    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    [InlineData(0.9f)]
    public void Mask_DropsAtTheRate_AndScalesTheRest(float probability)
    {
        const int Length = 200_000;
        float[] x = [.. Enumerable.Repeat(1f, Length)], y = new float[Length];
        DropoutMask.Apply<float>(1, 2, 3, 0, x, y, probability);
        int dropped = y.Count(one => one == 0);
        double deviation = Math.Sqrt(Length * probability * (1 - probability));
        Assert.InRange(dropped, Length * probability - 5 * deviation, Length * probability + 5 * deviation);
        Assert.All(y, one => Assert.True(one == 0 || one == 1 / (1 - probability)));

        // Neighbours are independent: both of a pair are dropped with the square of the probability.
        int pairs = Enumerable.Range(0, Length - 1).Count(i => y[i] == 0 && y[i + 1] == 0);
        Assert.InRange(pairs / (double)Length, probability * probability - 0.01, probability * probability + 0.01);
    }

    [Fact]
    public void Mask_OfAPart_IsThatPartOfTheMask()
    {
        float[] x = [.. Enumerable.Range(1, 500).Select(i => (float)i)], whole = new float[500];
        DropoutMask.Apply<float>(5, 1, 9, 1000, x, whole, 0.3f);
        double[] wide = [.. x.Select(one => (double)one)];
        DropoutMask.Apply<double>(5, 1, 9, 1000, wide, wide, 0.3f);
        var random = new Random(1);
        for (int i = 0; i < 300; i++)
        {
            int start = random.Next(500), length = random.Next(500 - start + 1);
            float[] part = x[start..(start + length)];
            DropoutMask.Apply<float>(5, 1, 9, 1000 + start, part, part, 0.3f);
            Assert.Equal(whole[start..(start + length)], part);
        }

        Assert.Equal(whole.Select(one => one == 0), wide.Select(one => one == 0));
    }

    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    [InlineData(0.9f)]
    public void DrawnMask_IsTheAppliedOne_AndHasItsRate(float probability)
    {
        const int Length = 100_003;
        double[] ones = [.. Enumerable.Repeat(1.0, Length)], applied = new double[Length], drawn = new double[Length];
        DropoutMask.Apply<double>(7, 3, 5, 77, ones, applied, probability);
        DropoutMask.Draw(7, 3, 5, 77, drawn, probability, DropoutMask.Scale<double>(probability), 0.0);
        Assert.Equal(applied, drawn);
        double deviation = Math.Sqrt(Length * (double)probability * (1 - probability));
        Assert.InRange(drawn.Count(one => one == 0), (Length * (double)probability) - (5 * deviation), (Length * (double)probability) + (5 * deviation));
        Assert.Throws<ArgumentOutOfRangeException>(() => DropoutMask.Draw(1, 2, 3, 0, new double[4], 1f, 1.0, 0.0));
    }

    [Fact]
    public void Mask_Repeats_AndDiffersByEveryPartOfItsKey()
    {
        float[] x = [.. Enumerable.Repeat(1f, 256)];
        float[] Mask(ulong seed, uint stream, ulong step)
        {
            float[] y = new float[x.Length];
            DropoutMask.Apply<float>(seed, stream, step, 0, x, y, 0.5f);
            return y;
        }

        Assert.Equal(Mask(1, 1, 1), Mask(1, 1, 1));
        float[][] masks = [Mask(1, 1, 1), Mask(2, 1, 1), Mask(1ul << 40, 1, 1), Mask(1, 2, 1), Mask(1, 1, 2), Mask(1, 1, 1ul << 40)];
        for (int i = 0; i < masks.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                Assert.NotEqual(masks[i], masks[j]);
            }
        }
    }

    [Fact]
    public void ZeroProbability_KeepsEverything()
    {
        float[] x = [.. Enumerable.Range(0, 100).Select(i => i * 0.1f)], y = new float[100];
        DropoutMask.Apply<float>(1, 2, 3, 5, x, y, 0);
        Assert.Equal(x, y);
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(-0.1f)]
    [InlineData(float.NaN)]
    public void ImpossibleProbability_Throws(float probability) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DropoutMask.Apply<float>(1, 2, 3, 0, new float[4], new float[4], probability));
}
