using Xunit;

namespace FastSeq.Tests.Runs;

[SequenceModel(Precision = Precision.Double)]
[Input(2)]
[Gru(3, Reset = GruReset.BeforeProduct, Layers = 2)]
[Linear(1)]
[MeanSquaredError]
public sealed partial class TextbookSense;

/// <summary>The textbook's update gate against its formula, written out.</summary>
public sealed class GruConventionTests
{
    private const int Units = 3;

    [Fact]
    public void NegatedUpdateGate_IsTheTextbooksFormula()
    {
        var model = new TextbookSense(seed: 5);
        double[] original = model.Parameters.ToArray();
        GruConvention.NegateUpdateGate(TextbookSense.ModelInfo, "gru", model.Parameters);

        var state = default(TextbookSense.State);
        double[] h0 = new double[Units], h1 = new double[Units], y = new double[1];
        for (int t = 0; t < 6; t++)
        {
            double[] x = [Math.Sin(t), 0.3 * t];
            h0 = Textbook(original, 0, x, h0);
            h1 = Textbook(original, 1, h0, h1);
            model.Step(x, ref state, y);
            for (int unit = 0; unit < Units; unit++)
            {
                Assert.Equal(h0[unit], state[unit], 1e-12);
                Assert.Equal(h1[unit], state[Units + unit], 1e-12);
            }
        }

        GruConvention.NegateUpdateGate(TextbookSense.ModelInfo, "gru", model.Parameters);
        Assert.Equal(original, model.Parameters.ToArray());
    }

    [Fact]
    public void LayerThatIsNoGru_IsNamed()
    {
        var model = new TextbookSense();
        Assert.Contains("'linear'", Assert.Throws<ArgumentException>(
            () => GruConvention.NegateUpdateGate(TextbookSense.ModelInfo, "linear", model.Parameters)).Message, StringComparison.Ordinal);
    }

    /// <summary>h' = (1 - z)·h + z·n, with the reset before the product.</summary>
    private static double[] Textbook(double[] flat, int layer, double[] x, double[] h)
    {
        double[] r = new double[Units], z = new double[Units], n = new double[Units];
        for (int unit = 0; unit < Units; unit++)
        {
            r[unit] = Sigmoid(Sum(0, unit, h));
            z[unit] = Sigmoid(Sum(1, unit, h));
        }

        double[] reset = h.Select((value, unit) => r[unit] * value).ToArray();
        for (int unit = 0; unit < Units; unit++)
        {
            n[unit] = Math.Tanh(Sum(2, unit, reset));
        }

        return h.Select((value, unit) => ((1 - z[unit]) * value) + (z[unit] * n[unit])).ToArray();

        double Sum(int gate, int unit, double[] operand)
        {
            int row = (gate * Units) + unit;
            double sum = At("bias_ih", row, 0) + At("bias_hh", row, 0);
            for (int k = 0; k < x.Length; k++)
            {
                sum += At("weight_ih", row, k) * x[k];
            }

            for (int k = 0; k < Units; k++)
            {
                sum += At("weight_hh", row, k) * operand[k];
            }

            return sum;
        }

        double At(string name, int row, int column) => flat[TextbookSense.ModelInfo.Parameter($"gru.{name}_l{layer}").IndexOf(row, column)];
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
