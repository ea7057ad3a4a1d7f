using System.Numerics;
using System.Text.Json;
using FastSeq.Tests.Oracles;
using Xunit;

namespace FastSeq.Tests.Optimizers;

public sealed class OptimizerTests
{
    public static TheoryData<string> Cases => [.. TrainingNumbers.Names("optimizers")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void DoubleTrajectory_IsPyTorchs(string name) => Follow<double>(name, 1e-13, static (o, p, g) => o.Step(p, g));

    [Theory]
    [MemberData(nameof(Cases))]
    public void FloatTrajectory_IsPyTorchs(string name) => Follow<float>(name, 2e-5, static (o, p, g) => o.Step(p, g));

    // PyTorch's two groups, the first numbers a bias with weight_decay=0: by their size, or by their name.
    [Theory]
    [InlineData("adamw groups", false)]
    [InlineData("adam groups", false)]
    [InlineData("sgd groups", false)]
    [InlineData("adamw groups clip norm", true)]
    public void ParameterGroups_ArePyTorchs(string name, bool byName)
    {
        Optimizer grouped(JsonElement recorded)
        {
            Optimizer optimizer = byName ? Make(recorded, withoutDecay: ["linear.bias"]) : Make(recorded, decaysVectors: false);
            ParameterGroups.Show(BiasBeforeWeight(), optimizer);
            return optimizer;
        }

        Follow<double>(TrainingNumbers.Case("parameter_groups", name), grouped, 1e-13, static (o, p, g) => o.Step(p, g));
        Follow<float>(TrainingNumbers.Case("parameter_groups", name), grouped, 2e-5, static (o, p, g) => o.Step(p, g));
    }

    [Fact]
    public void FrozenParameters_KeepTheirBits()
    {
        foreach (Optimizer optimizer in new Optimizer[] { new Sgd(0.1, 0.9, weightDecay: 0.1), new Adam(weightDecay: 0.1), new AdamW() })
        {
            ParameterGroups.Show(BiasBeforeWeight(frozenBias: true), optimizer);
            float[] p = [.. Enumerable.Range(1, 19).Select(i => i / 7f)], before = [.. p], g = [.. p];
            for (int step = 0; step < 3; step++) optimizer.Step(p, g);
            Assert.Equal(before[..7], p[..7]);
            Assert.All(Enumerable.Range(7, 12), i => Assert.NotEqual(before[i], p[i]));
        }
    }

    [Fact]
    public void GroupsOfAnUnknownModel_AreAnError()
    {
        foreach (Optimizer optimizer in new Optimizer[] { new AdamW { DecaysVectors = false }, new Sgd(0.1) { WithoutDecay = ["linear.bias"] } })
        {
            var error = Assert.Throws<InvalidOperationException>(() => optimizer.Step(new float[19], new float[19]));
            Assert.Contains("run.Update", error.Message, StringComparison.Ordinal);
        }

        var unknown = Assert.Throws<ArgumentException>(() => ParameterGroups.Show(BiasBeforeWeight(), new AdamW { WithoutDecay = ["lstm.bias"] }));
        Assert.Contains("WithoutDecay names 'lstm.bias', which is no parameter of ", unknown.Message, StringComparison.Ordinal);
    }

    // Ranges and the blocks of a pass over the parameters cut each other anywhere.
    [Theory]
    [InlineData(0, 19)]
    [InlineData(3, 9)]
    [InlineData(6, 8)]
    [InlineData(0, 7)]
    [InlineData(7, 19)]
    public void UpdateOfABlock_MovesItsNumbersAlone(int start, int end)
    {
        float[] whole = [.. Enumerable.Range(1, 19).Select(i => i / 7f)], part = [.. whole], before = [.. whole], g = [.. whole];
        Optimizer a = new AdamW { DecaysVectors = false }, b = new AdamW { DecaysVectors = false };
        ParameterGroups.Show(BiasBeforeWeight(), a);
        ParameterGroups.Show(BiasBeforeWeight(), b);
        a.Step(whole, g);
        b.Prepare<float>(19);
        b.BeginStep();
        b.Update<float>(part, g, start, end - start, 1f);
        for (int i = 0; i < 19; i++) Assert.Equal(i >= start && i < end ? whole[i] : before[i], part[i]);
    }

    // Threads take ranges of the flat span: whatever the ranges, the bits are the same.
    [Theory]
    [InlineData("sgd weight decay")]
    [InlineData("sgd nesterov weight decay")]
    [InlineData("adam weight decay")]
    [InlineData("adamw")]
    public void UpdateInRanges_GivesTheSameBits(string name)
    {
        JsonElement recorded = TrainingNumbers.Case("optimizers", name);
        Optimizer whole = Make(recorded), parts = Make(recorded);
        var random = new Random(3);
        float[] start = [.. Enumerable.Range(0, 1000).Select(_ => random.NextSingle() - 0.5f)];
        float[] a = [.. start], b = [.. start], g = new float[start.Length];
        for (int step = 0; step < 5; step++)
        {
            for (int i = 0; i < g.Length; i++) g[i] = random.NextSingle() - 0.5f;
            whole.Step(a, g);
            parts.Prepare<float>(b.Length);
            parts.BeginStep();
            foreach ((int from, int count) in new[] { (512, 256), (0, 512), (768, 232) }) parts.Update<float>(b, g, from, count, 1f);
        }

        Assert.Equal(a, b);
    }

    [Fact]
    public void GradientScale_IsAScaledGradient()
    {
        double[] p = [1, -2, 3], q = [1, -2, 3];
        var scaled = new Adam();
        scaled.Prepare<double>(3);
        scaled.BeginStep();
        scaled.Update<double>(p, (double[])[4, 8, -2], 0, 3, 0.5);
        new Adam().Step(q, (double[])[2, 4, -1]);
        Assert.Equal(q, p);
    }

    [Fact]
    public void Step_AllocatesNothingAfterTheFirst()
    {
        foreach (Optimizer optimizer in new Optimizer[] { new Sgd(0.1), new Sgd(0.1, 0.9, nesterov: true), new Adam(), new AdamW() })
        {
            float[] p = new float[100], g = new float[100];
            Assert.Equal(0, LeastAllocation.Of(() =>
            {
                for (int i = 0; i < 1000; i++) optimizer.Step(p, g);
            }));
        }
    }

    [Fact]
    public void PaddingWithoutGradient_StaysZero()
    {
        foreach (Optimizer optimizer in new Optimizer[] { new Sgd(0.1, 0.9, weightDecay: 0.1), new Adam(weightDecay: 0.1), new AdamW() })
        {
            float[] p = new float[40], g = new float[40];
            p[3] = g[3] = 1;
            for (int i = 0; i < 50; i++) optimizer.Step(p, g);
            Assert.All(p.Where((_, i) => i != 3), x => Assert.Equal(0f, x));
        }
    }

    [Fact]
    public void Reset_BeginsAnew()
    {
        double[] a = [1, 2], b = [1, 2], g = [0.5, -0.5];
        var adam = new Adam();
        adam.Step([7.0, 8.0], g);
        adam.Reset();
        adam.Step(a, g);
        new Adam().Step(b, g);
        Assert.Equal(b, a);
        Assert.Equal(1, adam.Steps);
    }

    [Fact]
    public void AnotherLengthOrWrongNumbers_AreErrors()
    {
        var adam = new Adam();
        adam.Step(new float[3], new float[3]);
        Assert.Throws<InvalidOperationException>(() => adam.Step(new float[4], new float[4]));
        Assert.Throws<InvalidOperationException>(() => adam.Step(new double[3], new double[3]));
        Assert.Throws<ArgumentException>(() => adam.Step(new float[3], new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(learningRate: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(beta1: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW(weightDecay: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(0.1).LearningRate = double.PositiveInfinity);
        Assert.Throws<ArgumentException>(() => new Sgd(0.1, nesterov: true));
    }

    delegate void Step<T>(Optimizer optimizer, Span<T> parameters, ReadOnlySpan<T> gradients);

    /// <summary>Seven numbers of a bias, then the twelve of a weight.</summary>
    static ModelInfo BiasBeforeWeight(bool frozenBias = false) => new()
    {
        Name = "Test",
        InputSize = 3,
        OutputSize = 7,
        LastStepOnly = false,
        Loss = new MeanSquaredErrorLoss(),
        BufferLength = 19,
        Parameters =
        [
            new ParameterInfo("linear.bias", [7], ParameterLayout.Plain(0, 7, 1)) { IsFrozen = frozenBias },
            new ParameterInfo("linear.weight", [4, 3], ParameterLayout.Plain(7, 4, 3)),
        ],
    };

    static void Follow<T>(string name, double tolerance, Step<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Follow(TrainingNumbers.Case("optimizers", name), recorded => Make(recorded), tolerance, step);

    static void Follow<T>(JsonElement recorded, Func<JsonElement, Optimizer> make, double tolerance, Step<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Optimizer optimizer = make(recorded);
        T[] p = [.. recorded.Numbers("start").Select(T.CreateChecked)], g = new T[p.Length];
        T[] curvature = [.. recorded.Numbers("curvature").Select(T.CreateChecked)], center = [.. recorded.Numbers("center").Select(T.CreateChecked)];
        double[] norms = recorded.Numbers("norms");
        JsonElement after = recorded.GetProperty("after");
        const int steps = 40;
        int compared = 0;
        for (int s = 1; s <= steps; s++)
        {
            for (int i = 0; i < p.Length; i++) g[i] = curvature[i] * (p[i] - center[i]) - T.Sin(p[i]);
            if (s is 1 or steps) Assert.Equal(norms[s == 1 ? 0 : 1], Gradients.Norm<T>(g), tolerance * 100);
            if (recorded.GetProperty("clip_norm") is { ValueKind: JsonValueKind.Number } norm) Gradients.ClipByNorm<T>(g, norm.GetDouble());
            if (recorded.GetProperty("clip_value") is { ValueKind: JsonValueKind.Number } value) Gradients.ClipByValue<T>(g, value.GetDouble());
            step(optimizer, p, g);
            if (s == steps / 2) optimizer.LearningRate *= 0.5;
            if (!after.TryGetProperty(s.ToString(System.Globalization.CultureInfo.InvariantCulture), out _)) continue;
            double[] expected = after.Numbers($"{s}");
            for (int i = 0; i < p.Length; i++) Assert.Equal(expected[i], double.CreateChecked(p[i]), tolerance);
            compared++;
        }

        Assert.Equal(5, compared);
    }

    static Optimizer Make(JsonElement recorded, bool decaysVectors = true, string[]? withoutDecay = null)
    {
        JsonElement arguments = recorded.GetProperty("arguments");
        double Argument(string name, double otherwise) => arguments.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : otherwise;
        double[] betas = arguments.TryGetProperty("betas", out _) ? arguments.Numbers("betas") : [0.9, 0.999];
        return recorded.GetProperty("kind").GetString() switch
        {
            "SGD" => new Sgd(Argument("lr", 0), Argument("momentum", 0), arguments.TryGetProperty("nesterov", out _), Argument("weight_decay", 0)) { DecaysVectors = decaysVectors, WithoutDecay = withoutDecay ?? [] },
            "Adam" => new Adam(Argument("lr", 0), betas[0], betas[1], Argument("eps", 1e-8), Argument("weight_decay", 0)) { DecaysVectors = decaysVectors, WithoutDecay = withoutDecay ?? [] },
            _ => new AdamW(Argument("lr", 0), betas[0], betas[1], Argument("eps", 1e-8), Argument("weight_decay", 0.01)) { DecaysVectors = decaysVectors, WithoutDecay = withoutDecay ?? [] },
        };
    }
}
