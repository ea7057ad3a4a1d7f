using FastSeq.Tests.Models;
using FastSeq.Tests.Oracles;
using Xunit;

namespace FastSeq.Tests.Training;

/// <summary>Truncated back-propagation through time.</summary>
[Collection(nameof(AloneCollection))]
public sealed class TruncationTests
{
    private const int Inputs = 10, Outputs = 20;

    private static readonly int[] Lengths = [13, 9];

    /// <summary>Both sequences in windows, a step of SGD each, states detached, as record.py does it.</summary>
    [Theory]
    [InlineData(4, 4, 1)]
    [InlineData(3, 8, 2)]
    public void Windows_MatchPyTorchsDetach(int steps, int length, int threads)
    {
        var file = new VectorFile<double>($"windows_{steps}_{length}");
        LstmOnlyDouble model = Model();
        using var trainer = new Trainer<LstmOnlyDouble>(model, new TrainerOptions
        {
            Optimizer = new Sgd(0.5), BatchSize = 2, Threads = threads, Truncation = new TruncatedBackpropagation(steps, length),
        });
        EpochReport report = trainer.Fit(Data(Lengths), epochs: 1).Single();

        double[] losses = file["losses"];
        int[] rows = [.. losses.Select((_, w) => Lengths.Sum(n => Math.Clamp(n - (w * steps), 0, steps)))];
        Assert.Equal(Lengths.Sum(), rows.Sum());
        Agreement.Check<double, double>("loss", [losses.Zip(rows, (loss, count) => loss * count).Sum() / rows.Sum()], [report.Loss], 1e-12);
        foreach (ParameterInfo parameter in LstmOnlyDouble.ModelInfo.Parameters)
        {
            var actual = new double[parameter.Count];
            parameter.CopyTo<double>(model.Parameters, actual);
            Agreement.Check<double, double>($"{parameter.Name} after the windows", file["after." + parameter.Name], actual, 1e-12);
        }
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(2, 7)]
    public void Evaluation_HasTheLossOfWholeSequences(int steps, int length)
    {
        using var whole = new Trainer<LstmOnlyDouble>(Model(), new TrainerOptions { BatchSize = 2 });
        using var cut = new Trainer<LstmOnlyDouble>(Model(), new TrainerOptions { BatchSize = 2, Truncation = new TruncatedBackpropagation(steps, length) });
        Assert.Equal(whole.Evaluate(Data(Lengths)).Loss, cut.Evaluate(Data(Lengths)).Loss, 1e-14);
    }

    /// <summary>A stream cut into three sequences, the states carried from one to the next, learns what the whole stream does in windows of their length.</summary>
    [Fact]
    public void CarriedStates_GoOnFromBatchToBatch()
    {
        LstmOnlyDouble whole = Model(), pieces = Model();
        var rule = new TruncatedBackpropagation(4);
        using (var trainer = new Trainer<LstmOnlyDouble>(whole, new TrainerOptions { Optimizer = new Sgd(0.5), BatchSize = 1, Truncation = rule }))
        {
            trainer.Fit(Data(12), epochs: 2).Last();
        }

        using (var trainer = new Trainer<LstmOnlyDouble>(pieces, new TrainerOptions { Optimizer = new Sgd(0.5), BatchSize = 1, Truncation = rule with { CarryStates = true } }))
        {
            trainer.Fit(Data(4, 4, 4), epochs: 2).Last();
        }

        Assert.Equal(whole.Parameters.ToArray(), pieces.Parameters.ToArray());

        LstmOnlyDouble forgetful = Model();
        using (var trainer = new Trainer<LstmOnlyDouble>(forgetful, new TrainerOptions { Optimizer = new Sgd(0.5), BatchSize = 1, Truncation = rule }))
        {
            trainer.Fit(Data(4, 4, 4), epochs: 2).Last();
        }

        Assert.NotEqual(whole.Parameters.ToArray(), forgetful.Parameters.ToArray());
    }

    [Fact]
    public void Windows_NeedNoMoreMemoryThanTheirLength()
    {
        using var trainer = new Trainer<LstmOnlyDouble>(Model(), new TrainerOptions { BatchSize = 1, Truncation = new TruncatedBackpropagation(50) });
        var stream = new ArrayDataset<double, double>([new double[200_000 * Inputs]], [new double[200_000 * Outputs]], Inputs);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.True(double.IsFinite(trainer.Evaluate(stream).Loss));

        // The tape of the whole stream would be 200,000 x 80 numbers and more.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 20_000_000);
    }

    [Fact]
    public void WhatCannotBeCut_IsRefused()
    {
        var options = new TrainerOptions { Truncation = new TruncatedBackpropagation(4) };
        Assert.Contains("one output a sequence", Assert.Throws<ArgumentException>(() => new Trainer<Forecaster>(new Forecaster(1), options)).Message, StringComparison.Ordinal);
        Assert.Contains("depend on later time steps", Assert.Throws<ArgumentException>(() => new Trainer<BiLstmDouble>(new BiLstmDouble(1), options)).Message, StringComparison.Ordinal);
        Assert.Contains("another number of outputs than time steps", Assert.Throws<ArgumentException>(() => new Trainer<StridedCausal>(new StridedCausal(1), options)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TruncatedBackpropagation(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TruncatedBackpropagation(4, 3));
    }

    private static LstmOnlyDouble Model()
    {
        var model = new LstmOnlyDouble(1);
        foreach (ParameterInfo parameter in LstmOnlyDouble.ModelInfo.Parameters)
        {
            parameter.CopyFrom<double>(VectorNumbers.Numbers<double>($"windows.{parameter.Name}", (int)parameter.Count, 0.25), model.Parameters);
        }

        return model;
    }

    private static ArrayDataset<double, double> Data(params int[] lengths)
    {
        double[] x = VectorNumbers.Numbers<double>("windows.inputs", lengths.Sum() * Inputs, 1), y = VectorNumbers.Numbers<double>("windows.targets", lengths.Sum() * Outputs, 1);
        return new ArrayDataset<double, double>(Cut(x, Inputs), Cut(y, Outputs), Inputs);

        double[][] Cut(double[] rows, int size)
        {
            int at = 0;
            return [.. lengths.Select(length => rows[at..(at += length * size)])];
        }
    }
}
