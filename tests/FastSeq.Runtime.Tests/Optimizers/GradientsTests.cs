using Xunit;

namespace FastSeq.Tests.Optimizers;

public sealed class GradientsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8192)]
    [InlineData(20_001)]
    public void Norm_IsTheRootOfTheSumOfSquares(int length)
    {
        var random = new Random(1);
        float[] single = [.. Enumerable.Range(0, length).Select(_ => (float)(random.NextDouble() - 0.5))];
        double[] wide = [.. single.Select(x => (double)x)];
        double expected = Math.Sqrt(wide.Sum(x => x * x));
        Assert.Equal(expected, Gradients.Norm<float>(single), 1e-12 * (1 + expected));
        Assert.Equal(expected, Gradients.Norm<double>(wide), 1e-12 * (1 + expected));
    }

    [Fact]
    public void LargeGradients_DoNotOverflowTheNorm() => Assert.Equal(3e30 * Math.Sqrt(2), Gradients.Norm<float>((float[])[3e30f, -3e30f]), 1e24);

    [Fact]
    public void NormWithinTheLimit_ChangesNoBit()
    {
        float[] g = [0.3f, -0.4f, 1e-20f];
        float[] before = [.. g];
        Assert.Equal(0.5, Gradients.ClipByNorm<float>(g, 0.6), 1e-7);
        Assert.Equal(before, g);
    }

    [Fact]
    public void WrongLimits_AreErrors()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Gradients.ClipByNorm<float>(new float[2], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gradients.ClipByValue<double>(new double[2], double.NaN));
    }

    [Fact]
    public void NotANumber_ShowsInTheNorm() => Assert.True(double.IsNaN(Gradients.Norm<float>((float[])[1, float.NaN, 2])));
}
