using System.Reflection;
using FastSeq.Tests.Models;
using FastSeq.Tests.RandomDeclarations;
using Xunit;

namespace FastSeq.Tests.Oracles;

/// <summary>
/// Keras's layers as its documentation and source write them down, one number at a time, against declared models with Keras's weights: kernel [input, gates·units], recurrent_kernel [units, gates·units],
/// the order of the gates, the biases, masks, states that go on, reading backwards, merging both directions.
/// </summary>
public sealed class KerasConventionTests
{
    private const int Inputs = 3;
    private const int Units = 4;
    private const int Steps = 9;
    private const double Tolerance = 1e-13;

    private static readonly bool[] Mask = [false, true, true, false, false, true, true, true, false];

    private static readonly double[][] X = [.. VectorNumbers.Numbers<double>("keras.x", Steps * Inputs, 1).Chunk(Inputs)];

    [Fact]
    public void SimpleRnn_IsRnn()
    {
        var layer = new Weights("simple_rnn", gates: 1, biases: 1);
        var model = new KerasSimpleRnn(seed: 1);
        layer.CopyTo(KerasSimpleRnn.ModelInfo, model.Parameters, "rnn", [0]);
        using KerasSimpleRnn.Run run = model.CreateRun(1, Steps);
        CheckMasked(layer.Run(SimpleRnn), (inputs, outputs) => run.Predict(inputs, outputs));
    }

    [Fact]
    public void ResetAfterTrue_IsAfterProduct()
    {
        var layer = new Weights("gru_after", gates: 3, biases: 2);
        var model = new KerasGruResetAfter(seed: 1);
        layer.CopyTo(KerasGruResetAfter.ModelInfo, model.Parameters, "gru", [1, 0, 2]);
        using KerasGruResetAfter.Run run = model.CreateRun(1, Steps);
        CheckMasked(layer.Run(GruResetAfter), (inputs, outputs) => run.Predict(inputs, outputs));
    }

    [Fact]
    public void ResetAfterFalse_IsBeforeProduct()
    {
        var layer = new Weights("gru_before", gates: 3, biases: 1);
        var model = new KerasGruResetBefore(seed: 1);
        layer.CopyTo(KerasGruResetBefore.ModelInfo, model.Parameters, "gru", [1, 0, 2]);
        using KerasGruResetBefore.Run run = model.CreateRun(1, Steps);
        CheckMasked(layer.Run(GruResetBefore), (inputs, outputs) => run.Predict(inputs, outputs));
    }

    [Fact]
    public void Lstm_IsLstm()
    {
        var layer = new Weights("lstm", gates: 4, biases: 1);
        KerasLstm model = Lstm(layer);
        using KerasLstm.Run run = model.CreateRun(1, Steps);
        CheckMasked(layer.Run(LstmStep), (inputs, outputs) => run.Predict(inputs, outputs));
    }

    [Fact]
    public void UnitForgetBias_IsForgetBiasOne()
    {
        // unit_forget_bias: the bias starts at 0, that of f at 1. PyTorch draws the two biases that add up to it; ForgetBias fixes their sum.
        var model = new KerasLstm(seed: 1);
        double[] ih = new double[4 * Units], hh = new double[4 * Units];
        KerasLstm.ModelInfo.Parameter("lstm.bias_ih_l0").CopyTo<double>(model.Parameters, ih);
        KerasLstm.ModelInfo.Parameter("lstm.bias_hh_l0").CopyTo<double>(model.Parameters, hh);
        Assert.All(Enumerable.Range(Units, Units), f => Assert.Equal(1, ih[f] + hh[f]));
    }

    [Fact]
    public void Stateful_GoesOnFromBatchToBatch()
    {
        var layer = new Weights("lstm", gates: 4, biases: 1);
        KerasLstm model = Lstm(layer);
        using KerasLstm.Run run = model.CreateRun(1, Steps);
        double[][] expected = layer.Run(LstmStep)(X, null);
        var state = new KerasLstm.State[1];
        foreach ((int first, int last) in new[] { (0, 2), (2, 7), (7, Steps) })
        {
            var outputs = new double[(last - first) * Units];
            run.Predict(Flat(X[first..last]), [last - first], state, outputs);
            Agreement.Check($"time steps {first} to {last - 1}", Flat(expected[first..last]), outputs, Tolerance);
        }
    }

    [Fact]
    public void GoBackwards_IsReverseWithTheOutputsTheOtherWayRound()
    {
        var layer = new Weights("lstm", gates: 4, biases: 1);
        var model = new KerasGoBackwards(seed: 1);
        layer.CopyTo(KerasGoBackwards.ModelInfo, model.Parameters, "lstm", [0, 1, 2, 3]);
        using KerasGoBackwards.Run run = model.CreateRun(1, Steps);
        var outputs = new double[Steps * Units];
        run.Predict(Flat(X), outputs);

        // Keras gives the outputs in the order in which it has read; ours stand at their time steps, as PyTorch's.
        double[][] expected = layer.Run(LstmStep)([.. X.Reverse()], null);
        Agreement.Check("outputs", Flat([.. expected.Reverse()]), outputs, Tolerance);
    }

    /// <summary>The wrapper Bidirectional: a second layer goes backwards over the padded time steps, its outputs are turned round, and merge_mode joins both.</summary>
    [Theory]
    [InlineData(Merge.Concat, "concat")]
    [InlineData(Merge.Sum, "sum")]
    [InlineData(Merge.Mean, "ave")]
    [InlineData(Merge.Product, "mul")]
    public void Bidirectional_MergesAsKeras(Merge merge, string mode)
    {
        Type model = ModelCompiler.Compile(
            $"using FastSeq;\nnamespace Keras;\n[SequenceModel(Precision = Precision.Double)][Input({Inputs})][Gru({Units}, Direction = Direction.Bidirectional, Merge = Merge.{merge})][MeanSquaredError]\npublic sealed partial class Bidirectional;\n")
            .GetType("Keras.Bidirectional", throwOnError: true)!;
        typeof(KerasConventionTests).GetMethod(nameof(CheckBidirectional), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(model).Invoke(null, [mode]);
    }

    private static void CheckBidirectional<TModel>(string mode)
        where TModel : class, ISequenceModel<TModel, double, double, double>
    {
        Weights forward = new("forward", gates: 3, biases: 2), backward = new("backward", gates: 3, biases: 2);
        TModel model = TModel.Create(seed: 1);
        forward.CopyTo(TModel.ModelInfo, model.Parameters, "gru", [1, 0, 2]);
        backward.CopyTo(TModel.ModelInfo, model.Parameters, "gru", [1, 0, 2], "_reverse");
        using SequenceRun<double, double, double> run = model.NewRun(1, Steps, 1);
        double[][] Keras(double[][] x, bool[]? mask)
        {
            double[][] ahead = forward.Run(GruResetAfter)(x, mask), back = [.. backward.Run(GruResetAfter)([.. x.Reverse()], mask is null ? null : [.. mask.Reverse()]).Reverse()];
            return [.. ahead.Zip(back, (f, b) => mode switch
            {
                "sum" => [.. f.Zip(b, (p, q) => p + q)],
                "ave" => [.. f.Zip(b, (p, q) => (p + q) / 2)],
                "mul" => [.. f.Zip(b, (p, q) => p * q)],
                _ => (double[])[.. f, .. b],
            })];
        }

        var outputs = new double[Steps * TModel.ModelInfo.OutputSize];
        run.Predict(SequenceInputs.Ragged<double>(Flat(X), [Steps]), outputs);
        Agreement.Check("outputs", Flat(Keras(X, null)), outputs, Tolerance);
        run.Predict(SequenceInputs.Masked<double>(Flat(X), Mask, 1), outputs);
        Agreement.Check("outputs under a mask", Flat([.. Keras(X, Mask).Select((y, t) => Mask[t] ? y : new double[y.Length])]), outputs, Tolerance);
    }

    private delegate void Prediction(SequenceInputs<double> inputs, Span<double> outputs);

    /// <summary>One time step: x, h and c in; h and c out.</summary>
    private delegate (double[] H, double[] C) Step(Weights w, double[] x, double[] h, double[] c);

    /// <summary>Without a mask, then with one: where Keras repeats the last output (zeros before the first), ours are zeros, and all others are the same.</summary>
    private static void CheckMasked(Func<double[][], bool[]?, double[][]> keras, Prediction predict)
    {
        var outputs = new double[Steps * Units];
        predict(SequenceInputs.Ragged<double>(Flat(X), [Steps]), outputs);
        Agreement.Check("outputs", Flat(keras(X, null)), outputs, Tolerance);

        predict(SequenceInputs.Masked<double>(Flat(X), Mask, 1), outputs);
        double[][] expected = keras(X, Mask);
        Assert.Equal(expected[2], expected[3]);
        Agreement.Check("outputs under a mask", Flat([.. expected.Select((y, t) => Mask[t] ? y : new double[Units])]), outputs, Tolerance);
        Agreement.Check("the last output under a mask", expected[^1], outputs.AsSpan(7 * Units, Units), Tolerance);
    }

    private static KerasLstm Lstm(Weights layer)
    {
        var model = new KerasLstm(seed: 1);
        layer.CopyTo(KerasLstm.ModelInfo, model.Parameters, "lstm", [0, 1, 2, 3]);
        return model;
    }

    // h = tanh(x·K + h·R + b)
    private static (double[] H, double[] C) SimpleRnn(Weights w, double[] x, double[] h, double[] c) =>
        (Each(j => Math.Tanh(w.Input(x, j, 0) + w.Recurrent(h, j, 0))), c);

    // Gates z, r, h: hh = tanh(x·K_h + b_h + r*(h·R_h + b'_h)), h = z*h + (1 - z)*hh
    private static (double[] H, double[] C) GruResetAfter(Weights w, double[] x, double[] h, double[] c)
    {
        double[] z = Each(j => Sigmoid(w.Input(x, j, 0) + w.Recurrent(h, j, 0))), r = Each(j => Sigmoid(w.Input(x, j, 1) + w.Recurrent(h, j, 1)));
        double[] candidate = Each(j => Math.Tanh(w.Input(x, j, 2) + (r[j] * w.Recurrent(h, j, 2))));
        return (Each(j => (z[j] * h[j]) + ((1 - z[j]) * candidate[j])), c);
    }

    // hh = tanh(x·K_h + b_h + (r*h)·R_h)
    private static (double[] H, double[] C) GruResetBefore(Weights w, double[] x, double[] h, double[] c)
    {
        double[] z = Each(j => Sigmoid(w.Input(x, j, 0) + w.Recurrent(h, j, 0))), r = Each(j => Sigmoid(w.Input(x, j, 1) + w.Recurrent(h, j, 1)));
        double[] reset = Each(k => r[k] * h[k]), candidate = Each(j => Math.Tanh(w.Input(x, j, 2) + w.Recurrent(reset, j, 2)));
        return (Each(j => (z[j] * h[j]) + ((1 - z[j]) * candidate[j])), c);
    }

    // Gates i, f, c, o: c = f*c + i*tanh(z_c), h = o*tanh(c)
    private static (double[] H, double[] C) LstmStep(Weights w, double[] x, double[] h, double[] c)
    {
        double[][] z = [.. Enumerable.Range(0, 4).Select(gate => Each(j => w.Input(x, j, gate) + w.Recurrent(h, j, gate)))];
        double[] next = Each(j => (Sigmoid(z[1][j]) * c[j]) + (Sigmoid(z[0][j]) * Math.Tanh(z[2][j])));
        return (Each(j => Sigmoid(z[3][j]) * Math.Tanh(next[j])), next);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double[] Each(Func<int, double> of) => [.. Enumerable.Range(0, Units).Select(of)];

    private static double[] Flat(double[][] rows) => [.. rows.SelectMany(row => row)];

    /// <summary>The weights of a Keras layer, in Keras's shapes.</summary>
    private sealed class Weights(string name, int gates, int biases)
    {
        private readonly double[] _kernel = VectorNumbers.Numbers<double>($"keras.{name}.kernel", Inputs * gates * Units, 1);
        private readonly double[] _recurrent = VectorNumbers.Numbers<double>($"keras.{name}.recurrent_kernel", Units * gates * Units, 0.5);
        private readonly double[] _bias = VectorNumbers.Numbers<double>($"keras.{name}.bias", biases * gates * Units, 0.5);

        public double Input(double[] x, int j, int gate) => Product(_kernel, x, j, gate) + _bias[(gate * Units) + j];

        public double Recurrent(double[] h, int j, int gate) => Product(_recurrent, h, j, gate) + (biases == 2 ? _bias[((gates + gate) * Units) + j] : 0);

        /// <summary>Keras's loop over time (its backend's <c>rnn</c>): a masked time step keeps the states and repeats the output before it, zeros at first.</summary>
        public Func<double[][], bool[]?, double[][]> Run(Step step) => (x, mask) =>
        {
            double[] h = new double[Units], c = new double[Units], output = new double[Units];
            var outputs = new double[x.Length][];
            for (int t = 0; t < x.Length; t++)
            {
                if (mask is null || mask[t])
                {
                    (h, c) = step(this, x[t], h, c);
                    output = h;
                }

                outputs[t] = output;
            }

            return outputs;
        };

        /// <summary>Sets the parameters of a layer: transposed kernels, the gates in PyTorch's order, a second bias of zeros where Keras has one.</summary>
        public void CopyTo(ModelInfo info, Span<double> parameters, string layer, int[] order, string direction = "")
        {
            info.Parameter($"{layer}.weight_ih_l0{direction}").CopyFrom<double>(Transposed(_kernel, Inputs, order), parameters);
            info.Parameter($"{layer}.weight_hh_l0{direction}").CopyFrom<double>(Transposed(_recurrent, Units, order), parameters);
            info.Parameter($"{layer}.bias_ih_l0{direction}").CopyFrom<double>(Transposed(_bias[..(gates * Units)], 1, order), parameters);
            info.Parameter($"{layer}.bias_hh_l0{direction}").CopyFrom<double>(Transposed(biases == 2 ? _bias[(gates * Units)..] : new double[gates * Units], 1, order), parameters);
        }

        private double Product(double[] kernel, double[] x, int j, int gate) => x.Select((value, k) => value * kernel[(((k * gates) + gate) * Units) + j]).Sum();

        private double[] Transposed(double[] kernel, int rows, int[] order) =>
            [.. order.SelectMany(gate => Enumerable.Range(0, Units).SelectMany(j => Enumerable.Range(0, rows).Select(k => kernel[(((k * gates) + gate) * Units) + j])))];
    }
}
