using FastSeq.Tests.Models;
using FastSeq.Tests.Oracles;
using FastSeq.Tests.Quantized.Strides;
using Xunit;

namespace FastSeq.Tests.Runs;

/// <summary>Convolutions with a stride: streams that have an output at some time steps only, and the outputs of a stride among all of them.</summary>
[Trait("Run", "EveryInstructionSet")]
public sealed class StrideTests
{
    private static readonly int[] Lengths = [7, 0, 1, 13, 4, 2, 12];

    [Fact]
    public void Step_HasAnOutputWherePredictHasOne()
    {
        StridedCausal model = StridedCausal.Create(seed: 3);
        float[] x = VectorNumbers.Numbers<float>("stride.x", 11 * 5, 1), y = new float[4];
        float[] expected = new float[StridedCausal.ModelInfo.OutputSteps(11) * 4];
        using StridedCausal.Run run = model.CreateRun(1, 11);
        StridedCausal.State whole = default, state = default;
        run.Predict(x, ref whole, expected);
        Assert.Equal(6 * 4, expected.Length);

        var outputs = new List<float>();
        for (int t = 0; t < 11; t++)
        {
            float[] before = [.. y];
            bool hasOutput = model.Step(x.AsSpan(t * 5, 5), ref state, y);
            Assert.Equal(t % 2 == 0, hasOutput);
            if (hasOutput)
            {
                outputs.AddRange(y);
            }
            else
            {
                Assert.Equal(before, y);
            }
        }

        Assert.Equal(expected, outputs);
        Assert.True(Same(in whole, in state), "The state after Predict is not that after the steps.");
    }

    [Fact]
    public void Strides_Multiply()
    {
        StridedStream model = StridedStream.Create(seed: 4);
        float[] x = VectorNumbers.Numbers<float>("strides.x", 20 * 3, 1), y = new float[2], expected = new float[2];
        using StridedStream.Run run = model.CreateRun(1, 20);
        StridedStream.State state = default;
        for (int t = 0; t < 20; t++)
        {
            Assert.Equal(t % 6 == 0, model.Step(x.AsSpan(t * 3, 3), ref state, y));
            StridedStream.State whole = default;
            run.Predict(x.AsSpan(0, (t + 1) * 3), ref whole, expected);
            Assert.Equal(expected, y);
            Assert.True(Same(in whole, in state), $"The state after a Predict of {t + 1} time steps is not that after the steps.");
        }
    }

    [Fact]
    public void Pieces_HaveTheBitsOfTheWhole()
    {
        StridedCausal model = StridedCausal.Create(seed: 5);
        float[] x = VectorNumbers.Numbers<float>("stride.pieces", 17 * 5, 1), expected = new float[9 * 4], outputs = new float[9 * 4];
        using StridedCausal.Run run = model.CreateRun(2, 17);
        run.Predict(x, expected);
        StridedCausal.State state = default;
        int row = 0;
        foreach ((int begin, int steps) in new[] { (0, 4), (4, 2), (6, 0), (6, 10), (16, 1) })
        {
            int rows = StridedCausal.ModelInfo.OutputSteps(steps);
            run.Predict(x.AsSpan(begin * 5, steps * 5), ref state, outputs.AsSpan(row * 4, rows * 4));
            row += rows;
        }

        Assert.Equal(expected, outputs);

        // After 17 time steps the next one has no output.
        StridedCausal.State[] states = [default, state];
        string message = Assert.Throws<ArgumentException>(() => run.Predict(x.AsSpan(0, 4 * 5), [2, 2], states, new float[2 * 4])).Message;
        Assert.StartsWith("The state of sequence 1 stands between two outputs of [Conv1d(17, 3, Stride = 2)]: it waits for 1 more of the rows", message, StringComparison.Ordinal);
        Assert.True(Same(in state, in states[1]), "The refused state was changed.");
        Assert.Contains("The rest state stands between two outputs", Assert.Throws<ArgumentException>(() => model.RestState = state).Message, StringComparison.Ordinal);
        Assert.False(model.Step(x.AsSpan(0, 5), ref state, new float[4]));
        run.Predict(x.AsSpan(0, 5), ref state, new float[4]);
    }

    [Fact]
    public void Step_AllocatesNothing()
    {
        StridedStream model = StridedStream.Create(seed: 4);
        float[] x = [1, 2, 3], y = new float[2];
        StridedStream.State state = default;
        Assert.Equal(0, LeastAllocation.Of(() =>
        {
            for (int t = 0; t < 100; t++)
            {
                model.Step(x, ref state, y);
            }
        }));
    }

    [Fact]
    public void QuantizedOutputs_AreThoseOfTheStride()
    {
        var parameters = new float[Every.ModelInfo.BufferLength];
        foreach (ParameterInfo parameter in Every.ModelInfo.Parameters)
        {
            parameter.CopyFrom<float>(VectorNumbers.Numbers<float>("quantised." + parameter.Name, (int)parameter.Count, 0.25), parameters);
        }

        float[] x = VectorNumbers.Numbers<float>("quantised.x", Lengths.Sum() * 9, 1);
        float[][][] every = Rows(Every.FromParameters(parameters).CreateRun(7, 13, threads: 2), Every.ModelInfo, x);
        float[][][] third = Rows(Third.FromParameters(parameters).CreateRun(7, 13, threads: 2), Third.ModelInfo, x);
        float[][][] second = Rows(ValidSecond.FromParameters(parameters).CreateRun(7, 13, threads: 2), ValidSecond.ModelInfo, x);
        for (int b = 0; b < Lengths.Length; b++)
        {
            Assert.Equal(every[b].Where((_, t) => t % 3 == 0), third[b]);
            Assert.Equal(every[b].Where((_, t) => t >= 4 && t % 2 == 0), second[b]);
        }

        // And step by step.
        Third stream = Third.FromParameters(parameters);
        Third.State state = default;
        var y = new float[5];
        for (int t = 0; t < Lengths[0]; t++)
        {
            Assert.Equal(t % 3 == 0, stream.Step(x.AsSpan(t * 9, 9), ref state, y));
            Assert.Equal(third[0][t / 3], y);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 3)]
    public void OutputSteps_AreAsManyAsWindowsFit(int kernelSize, int dilation)
    {
        int reach = (kernelSize - 1) * dilation;
        foreach ((Padding padding, int size, int zeros) in new[] { (Padding.Valid, 0, 0), (Padding.Causal, 0, reach), (Padding.Both, 1, 2), (Padding.Both, 3, 6) })
        {
            for (int stride = 1; stride <= 4; stride++)
            {
                var shape = new ConvolutionShape(kernelSize, dilation, stride, padding, size);
                Assert.Equal(0, shape.OutputSteps(0));
                for (int length = 1; length < 30; length++)
                {
                    int fit = 0;
                    for (int begin = 0; begin + reach < length + zeros; begin += stride)
                    {
                        fit++;
                    }

                    Assert.Equal(fit, shape.OutputSteps(length));
                    Assert.Equal((length + stride - 1) / stride, (shape with { Padding = Padding.Same }).OutputSteps(length));
                }
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new ConvolutionShape(kernelSize, dilation, 1, Padding.Causal, 0).OutputSteps(-1));
    }

    [Fact]
    public void WrongNumbersOfTargets_AreNamed()
    {
        using StridedCausal.Run run = StridedCausal.Create(seed: 1).CreateRun(2, 5);
        float[] x = new float[5 * 5];
        string message = Assert.Throws<ArgumentException>(() => run.Forward(new SequenceBatch<float, int>(x, [5], new int[5]), training: true)).Message;
        Assert.Contains("There are 5 targets, but one row of 1 for each time step of the outputs makes 3.", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => run.Predict(x, new float[5 * 4]));
        message = Assert.Throws<ArgumentException>(() => run.Forward(new SequenceBatch<float, int>(x, [1, 4], [0, 1, 4]), training: true)).Message;
        Assert.StartsWith("The target of sequence 1 at time step 1 of the outputs is the class number 4;", message, StringComparison.Ordinal);
        var data = new ArrayDataset<float, int>([x], [new int[5]], inputSize: 5);
        using var trainer = new Trainer<StridedCausal>(StridedCausal.Create(seed: 1), new TrainerOptions { Optimizer = new Sgd(0.1) });
        Assert.Contains("has 5 targets; expected 3, which is 3 rows, one a time step of the outputs,", Assert.Throws<DatasetException>(() => trainer.Fit(data, epochs: 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_LearnsEveryOutput()
    {
        // The sign of the sum of two time steps, of each second time step.
        var inputs = new float[64][];
        var targets = new int[64][];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = VectorNumbers.Numbers<float>($"learn.{i}", (9 + (i % 4)) * 5, 1);
            targets[i] = [.. inputs[i].Chunk(5).Where((_, t) => t % 2 == 0).Select(row => row[0] > 0 ? 1 : 0)];
        }

        StridedCausal model = StridedCausal.Create(seed: 1);
        using var trainer = new Trainer<StridedCausal>(model, new TrainerOptions { Optimizer = new Adam(0.01), BatchSize = 8, Threads = 2, MaxTokensPerBatch = 60 });
        var data = new ArrayDataset<float, int>(inputs, targets, inputSize: 5);
        EpochReport last = trainer.Fit(data, epochs: 30).Last();
        Assert.True(trainer.Evaluate(data).Metric > 0.95, $"{last}");
    }

    private static bool Same<T>(in T a, in T b)
        where T : unmanaged
        => System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in a)).SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in b)));

    private static float[][][] Rows(PredictionRun<float, float> run, ModelInfo info, float[] x)
    {
        using (run)
        {
            int[] rows = [.. Lengths.Select(info.OutputSteps)];
            var y = new float[rows.Sum() * info.OutputSize];
            run.Predict(x, Lengths, y);
            float[][] all = [.. y.Chunk(info.OutputSize)];
            int start = 0;
            return [.. rows.Select(count => all[start..(start += count)])];
        }
    }
}
