using System.Runtime.Intrinsics;
using FastSeq.Kernels;
using Xunit;

namespace FastSeq.Tests.Kernels;

public sealed class VectorMathTests
{
    /// <summary>Patterns from all over the floats, fewer where vectors are emulated.</summary>
    static IEnumerable<float> SampleFloats()
    {
        uint stride = Vector256.IsHardwareAccelerated ? 40009u : 400009u;
        for (long bits = 0; bits <= uint.MaxValue; bits += stride)
        {
            yield return BitConverter.UInt32BitsToSingle((uint)bits);
        }
    }

    /// <summary>And many where the functions are neither constant nor linear.</summary>
    static IEnumerable<float> OrdinaryFloats()
    {
        var random = new Random(1);
        return Enumerable.Range(0, Vector256.IsHardwareAccelerated ? 100_000 : 5_000).Select(i => (float)(random.NextDouble() - 0.5) * (i % 2 == 0 ? 4 : 40));
    }

    static IEnumerable<double> SampleDoubles()
    {
        var random = new Random(1);
        double[] edges = [0, -0.0, 1, -1, 20, -20, 708, 709.7, 709.79, -708, -709.79, -745, -746, 1e300, -1e300, 5e-324, 1e-310, double.NaN, double.PositiveInfinity, double.NegativeInfinity];
        return edges.Concat(Enumerable.Range(0, 20_000).Select(i => (random.NextDouble() - 0.5) * Math.Pow(10, i % 8 - 4) * 2));
    }

    [Fact]
    public void AllWidths_AgreeBitForBit_Float()
    {
        foreach (float x in SampleFloats().Concat(OrdinaryFloats()))
        {
            Equal(VectorMath.Exp(x), VectorMath.Exp(Vector128.Create(x)), VectorMath.Exp(Vector256.Create(x)), VectorMath.Exp(Vector512.Create(x)));
            Equal(VectorMath.Log(x), VectorMath.Log(Vector128.Create(x)), VectorMath.Log(Vector256.Create(x)), VectorMath.Log(Vector512.Create(x)));
            Equal(VectorMath.Sigmoid(x), VectorMath.Sigmoid(Vector128.Create(x)), VectorMath.Sigmoid(Vector256.Create(x)), VectorMath.Sigmoid(Vector512.Create(x)));
            Equal(VectorMath.Tanh(x), VectorMath.Tanh(Vector128.Create(x)), VectorMath.Tanh(Vector256.Create(x)), VectorMath.Tanh(Vector512.Create(x)));
            Equal(VectorMath.Softplus(x), VectorMath.Softplus(Vector128.Create(x)), VectorMath.Softplus(Vector256.Create(x)), VectorMath.Softplus(Vector512.Create(x)));
            Equal(VectorMath.Relu(x), VectorMath.Relu(Vector128.Create(x)), VectorMath.Relu(Vector256.Create(x)), VectorMath.Relu(Vector512.Create(x)));
            Equal(VectorMath.FlushTiny(x, x), VectorMath.FlushTiny(Vector128.Create(x), Vector128.Create(x)), VectorMath.FlushTiny(Vector256.Create(x), Vector256.Create(x)), VectorMath.FlushTiny(Vector512.Create(x), Vector512.Create(x)));
        }

        static void Equal(float scalar, Vector128<float> narrow, Vector256<float> middle, Vector512<float> wide) =>
            Assert.True(scalar.Equals(narrow[1]) && scalar.Equals(middle[7]) && scalar.Equals(wide[9]), $"{scalar:r} {narrow[1]:r} {middle[7]:r} {wide[9]:r}");
    }

    [Fact]
    public void Loop512_AgreesBitForBit()
    {
        var loop = new VectorMath.Loop512();
        foreach (float x in SampleFloats().Concat(OrdinaryFloats()))
        {
            Assert.True(VectorMath.Sigmoid(x).Equals(loop.Sigmoid(Vector512.Create(x))[3]), $"sigmoid({x:r})");
            Assert.True(VectorMath.Tanh(x).Equals(loop.Tanh(Vector512.Create(x))[3]), $"tanh({x:r})");
        }
    }

    [Fact]
    public void AllWidths_AgreeBitForBit_Double()
    {
        foreach (double x in SampleDoubles())
        {
            Equal(VectorMath.Exp(x), VectorMath.Exp(Vector128.Create(x)), VectorMath.Exp(Vector256.Create(x)), VectorMath.Exp(Vector512.Create(x)));
            Equal(VectorMath.Log(x), VectorMath.Log(Vector128.Create(x)), VectorMath.Log(Vector256.Create(x)), VectorMath.Log(Vector512.Create(x)));
            Equal(VectorMath.Sigmoid(x), VectorMath.Sigmoid(Vector128.Create(x)), VectorMath.Sigmoid(Vector256.Create(x)), VectorMath.Sigmoid(Vector512.Create(x)));
            Equal(VectorMath.Tanh(x), VectorMath.Tanh(Vector128.Create(x)), VectorMath.Tanh(Vector256.Create(x)), VectorMath.Tanh(Vector512.Create(x)));
            Equal(VectorMath.Softplus(x), VectorMath.Softplus(Vector128.Create(x)), VectorMath.Softplus(Vector256.Create(x)), VectorMath.Softplus(Vector512.Create(x)));
            Equal(VectorMath.Relu(x), VectorMath.Relu(Vector128.Create(x)), VectorMath.Relu(Vector256.Create(x)), VectorMath.Relu(Vector512.Create(x)));
            Equal(VectorMath.FlushTiny(x, x), VectorMath.FlushTiny(Vector128.Create(x), Vector128.Create(x)), VectorMath.FlushTiny(Vector256.Create(x), Vector256.Create(x)), VectorMath.FlushTiny(Vector512.Create(x), Vector512.Create(x)));
        }

        static void Equal(double scalar, Vector128<double> narrow, Vector256<double> middle, Vector512<double> wide) =>
            Assert.True(scalar.Equals(narrow[1]) && scalar.Equals(middle[3]) && scalar.Equals(wide[5]), $"{scalar:r} {narrow[1]:r} {middle[3]:r} {wide[5]:r}");
    }

    [Fact]
    public void DoubleFunctions_MatchTheLibrary()
    {
        foreach (double x in SampleDoubles())
        {
            Near(Math.Exp(x), VectorMath.Exp(x), 1e-15, $"exp({x:r})");
            Near(Math.Log(x), VectorMath.Log(x), 1e-15, $"log({x:r})");
            Near(Math.Tanh(x), VectorMath.Tanh(x), 1e-15, $"tanh({x:r})");
            Near(1 / (1 + Math.Exp(-x)), VectorMath.Sigmoid(x), 1e-15, $"sigmoid({x:r})");
            double small = Math.Exp(-Math.Abs(x));
            Near(Math.Max(x, 0) + 2 * Math.Atanh(small / (2 + small)), VectorMath.Softplus(x), 1e-15, $"softplus({x:r})");
            Assert.Equal(double.IsNaN(x) ? x : Math.Max(x, 0), VectorMath.Relu(x));
        }

        static void Near(double expected, double actual, double tolerance, string what)
        {
            // Denormal results have fewer bits; sigmoid is 0 where e^-x overflows.
            bool near = expected.Equals(actual) || Math.Abs(actual - expected) <= tolerance * Math.Abs(expected) + 3e-308;
            Assert.True(near, $"{what} = {expected:r}, not {actual:r}");
        }
    }

    [Fact]
    public void FlushTiny_KeepsAllButTheTiny()
    {
        foreach (float x in (float[])[0, 1, -1e-30f, 7.8886091e-31f, float.NaN, float.NegativeInfinity, float.MaxValue])
        {
            Assert.Equal(x, VectorMath.FlushTiny(x, x));
        }

        foreach (float x in (float[])[7.88860e-31f, -7.88860e-31f, 1e-38f, float.Epsilon])
        {
            Assert.Equal(0f, VectorMath.FlushTiny(x, x));
        }

        Assert.Equal((1e-150, 0, double.NaN), (VectorMath.FlushTiny(1e-150, 1e-150), VectorMath.FlushTiny(-3e-151, -3e-151), VectorMath.FlushTiny(double.NaN, double.NaN)));
    }

    [Fact]
    public void Limits_AreExact()
    {
        Assert.Equal(1f, VectorMath.Tanh(float.PositiveInfinity));
        Assert.Equal(-1f, VectorMath.Tanh(float.NegativeInfinity));
        Assert.Equal(0f, VectorMath.Tanh(0f));
        Assert.Equal(1f, VectorMath.Sigmoid(float.PositiveInfinity));
        Assert.Equal(0f, VectorMath.Sigmoid(float.NegativeInfinity));
        Assert.Equal(0.5f, VectorMath.Sigmoid(0f));
        Assert.Equal(1f, VectorMath.Exp(0f));
        Assert.Equal(0f, VectorMath.Exp(float.NegativeInfinity));
        Assert.Equal(0f, VectorMath.Log(1f));
        Assert.Equal(float.PositiveInfinity, VectorMath.Softplus(float.PositiveInfinity));
        Assert.Equal(0f, VectorMath.Softplus(float.NegativeInfinity));
        Assert.Equal(1.0, VectorMath.Tanh(double.PositiveInfinity));
        Assert.Equal(0.0, VectorMath.Sigmoid(double.NegativeInfinity));
        Assert.Equal(1.0, VectorMath.Sigmoid(double.PositiveInfinity));
        Assert.Equal(double.PositiveInfinity, VectorMath.Exp(double.PositiveInfinity));
    }

    [Fact]
    public void TextOfEveryWidth_IsTheSame()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "FastSeq.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("FastSeq.sln is in no parent folder");
        }

        string Text(string width) => File.ReadAllText(Path.Combine(folder, "src", "FastSeq.Runtime", "Kernels", $"VectorMath.Vector{width}.cs")).ReplaceLineEndings("\n");
        Assert.Equal(Text("512").Replace("512", "256"), Text("256"));
        Assert.Equal(Text("512").Replace("512", "128"), Text("128"));
    }
}
