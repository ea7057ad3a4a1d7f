using System.Numerics;
using FastSeq.Kernels;
using Xunit;

namespace FastSeq.Tests.Kernels;

public sealed class ActivationsTests
{
    public static TheoryData<int> Lengths => [0, 1, 3, 4, 7, 8, 15, 16, 17, 31, 100];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Forward_MatchesTheLibrary(int length)
    {
        Check<float>(length, 2e-7);
        Check<double>(length, 1e-15);

        static void Check<T>(int length, double tolerance)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] x = Numbers<T>(1, length);
            AssertNear(x, Apply<T>(Activations.Tanh, x), Math.Tanh, tolerance);
            AssertNear(x, Apply<T>(Activations.Sigmoid, x), v => 1 / (1 + Math.Exp(-v)), tolerance);
            AssertNear(x, Apply<T>(Activations.Relu, x), v => Math.Max(v, 0), 0);
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Backward_IsTheDerivativeByTheOutput(int length)
    {
        Check<float>(length, 1e-6);
        Check<double>(length, 1e-14);

        static void Check<T>(int length, double tolerance)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] x = Numbers<T>(1, length), dy = Numbers<T>(2, length);
            CheckOne(Activations.Tanh, Activations.TanhBackward, v => 1 - Math.Tanh(v) * Math.Tanh(v));
            CheckOne(Activations.Sigmoid, Activations.SigmoidBackward, v => Math.Exp(-v) / Math.Pow(1 + Math.Exp(-v), 2));
            CheckOne(Activations.Relu, Activations.ReluBackward, v => v > 0 ? 1 : 0);

            void CheckOne(SpanAction<T> forward, BackwardAction<T> backward, Func<double, double> derivative)
            {
                T[] dx = [.. dy];
                backward(Apply(forward, x), dx);
                for (int i = 0; i < length; i++)
                {
                    double expected = double.CreateChecked(dy[i]) * derivative(double.CreateChecked(x[i]));
                    Assert.Equal(expected, double.CreateChecked(dx[i]), tolerance * 5);
                }
            }
        }
    }

    [Fact]
    public void ReluBackward_DropsInfiniteGradientsOfZeroOutputs()
    {
        float[] y = [.. Enumerable.Repeat(0f, 21)], dy = [.. Enumerable.Repeat(float.PositiveInfinity, 21)];
        Activations.ReluBackward<float>(y, dy);
        Assert.All(dy, one => Assert.Equal(0, one));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Softmax_GivesProbabilities(int length)
    {
        double[] x = Numbers<double>(1, length), y = [.. x];
        Activations.Softmax<double>(y);
        float[] z = [.. x.Select(v => (float)v + 1000)];
        Activations.Softmax<float>(z);
        double sum = x.Sum(Math.Exp);
        for (int i = 0; i < length; i++)
        {
            Assert.Equal(Math.Exp(x[i]) / sum, y[i], 1e-14);
            Assert.Equal(Math.Exp(x[i]) / sum, z[i], 1e-4);
        }
    }

    [Fact]
    public void Backward_OfDifferentLengths_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Activations.TanhBackward<float>(new float[3], new float[4]));

    delegate void SpanAction<T>(Span<T> y);

    delegate void BackwardAction<T>(ReadOnlySpan<T> y, Span<T> dy);

    static T[] Apply<T>(SpanAction<T> action, T[] x)
    {
        T[] y = [.. x];
        action(y);
        return y;
    }

    static void AssertNear<T>(T[] x, T[] y, Func<double, double> function, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            double expected = function(double.CreateChecked(x[i])), error = Math.Abs(double.CreateChecked(y[i]) - expected);
            Assert.True(error <= tolerance, $"at {x[i]}: {y[i]}, not {expected}");
        }
    }

    static T[] Numbers<T>(int seed, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating((random.NextDouble() - 0.5) * 10))];
    }
}
