using System.Runtime.Intrinsics;
using FastSeq.Cells;
using FastSeq.Kernels;
using Xunit;

namespace FastSeq.Tests.Kernels;

/// <summary>GELU and the distribution function behind it; docs/numerics.md has the errors that these tests write.</summary>
public sealed class GeluTests(ITestOutputHelper output)
{
    [Fact]
    public void NormalDistribution_IsCloseOnFloatsOfAllMagnitudes()
    {
        // Every 1,009th float, of either sign.
        double absolute = 0, relative = 0;
        float atAbsolute = 0, atRelative = 0;
        for (uint bits = 0; bits < 0x7F800000; bits += 1009)
        {
            foreach (float x in new[] { BitConverter.UInt32BitsToSingle(bits), -BitConverter.UInt32BitsToSingle(bits) })
            {
                double expected = Pointwise.NormalDistribution((double)x), error = Math.Abs(Of(x) - expected);
                (absolute, atAbsolute) = error > absolute ? (error, x) : (absolute, atAbsolute);
                if (x > -9 && error / expected > relative)
                {
                    (relative, atRelative) = (error / expected, x);
                }
            }
        }

        output.WriteLine($"normal distribution, float: absolute {absolute:e2} (at {atAbsolute:g4}), relative above -9 {relative:e2} (at {atRelative:g4})");
        Assert.True(absolute <= 2e-7, $"absolute error {absolute}");
        Assert.True(relative <= 1e-5, $"relative error {relative}");
        Assert.Equal((0f, 1f), (Of(float.NegativeInfinity), Of(float.PositiveInfinity)));
        Assert.Equal((0f, 1f), (Of(-13), Of(13)));
        Assert.Equal(0.5f, Of(0), 1e-7f);

        static float Of(float x) => NormalDistribution.Of<float, float, WidthScalar<float>>(x, out _);
    }

    [Fact]
    public void NormalDistribution_IsCloseOnDoubles()
    {
        double absolute = 0, at = 0;
        for (double x = -40; x <= 40; x += 0.0007)
        {
            double error = Math.Abs(NormalDistribution.Of<double, double, WidthScalar<double>>(x, out _) - Pointwise.NormalDistribution(x));
            (absolute, at) = error > absolute ? (error, x) : (absolute, at);
        }

        output.WriteLine($"normal distribution, double: absolute {absolute:e2} (at {at:g4})");
        Assert.True(absolute <= 5e-16, $"absolute error {absolute}");
    }

    [Fact]
    public void EveryPlaceInARow_HasTheSameBits()
    {
        float[] x = [.. Enumerable.Range(0, 67).Select(i => (i - 33) / 5f), float.NaN, float.MaxValue, -float.MaxValue, 1e-40f];
        Check(Gelu.Forward<float>);
        Check(Gelu.TanhForward<float>);

        void Check(Action action)
        {
            float[] together = new float[x.Length], alone = new float[x.Length];
            action(x.Length, in x[0], ref together[0]);
            for (int i = 0; i < x.Length; i++)
            {
                action(1, in x[i], ref alone[i]);
                if (Vector128.IsHardwareAccelerated && System.Runtime.Intrinsics.X86.Fma.IsSupported)
                {
                    Assert.Equal(BitConverter.SingleToInt32Bits(alone[i]), BitConverter.SingleToInt32Bits(together[i]));
                }
            }

            Assert.Equal(float.MaxValue, together[^3]);
            Assert.Equal(0, together[^2]);
            Assert.True(float.IsNaN(together[^4]));
        }
    }

    [Fact]
    public void Slopes_AreFiniteFarOut()
    {
        float[] x = [1e30f, -1e30f, 40, -40, 0], dy = [1, 1, 1, 1, 1], dx = new float[5];
        Gelu.Backward(5, in x[0], in dy[0], ref dx[0]);
        Assert.Equal([1, 0, 1, 0, 0.5f], dx);
        Gelu.TanhBackward(5, in x[0], in dy[0], ref dx[0]);
        Assert.Equal([1, 0, 1, 0, 0.5f], dx);
    }

    private delegate void Action(int count, ref readonly float x, ref float y);
}
