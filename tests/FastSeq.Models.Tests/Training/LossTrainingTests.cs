using FastSeq.Tests.Models;
using Xunit;

namespace FastSeq.Tests.Training;

/// <summary>What losses with options do to training: exact means over epochs, batches in which nothing counts, wrong targets.</summary>
public sealed class LossTrainingTests
{
    [Fact]
    public void MeanOfAnEpoch_IsThatOfItsTargets_WhateverTheBatches()
    {
        ArrayDataset<float, int> data = Tags(23);
        EvaluationReport whole = Evaluate(100), parts = Evaluate(3);
        Assert.Equal(whole.Loss, parts.Loss, 1e-12 + (2e-6 * whole.Loss));
        Assert.Equal(whole.Metric, parts.Metric, 1e-12);

        EvaluationReport Evaluate(int batchSize)
        {
            using var trainer = new Trainer<SmoothedTagger>(new SmoothedTagger(seed: 2), new TrainerOptions { BatchSize = batchSize });
            return trainer.Evaluate(data);
        }
    }

    [Fact]
    public void BatchOfIgnoredTargets_TrainsNothing()
    {
        var model = new SmoothedTagger(seed: 2);
        float[] before = model.Parameters.ToArray();
        using var trainer = new Trainer<SmoothedTagger>(model);
        EpochReport report = trainer.Fit(new ArrayDataset<float, int>([[1, 2, 3, 4], [4, 3, 2, 1]], [[-100], [-100]], 4), epochs: 1).Single();
        Assert.Equal((0, 0, 0), (report.Loss, report.Metric, report.GradientNorm));
        Assert.Equal(before, model.Parameters.ToArray());

        using SmoothedTagger.Run run = model.CreateRun(1, 1);
        Assert.Equal(0, run.Forward(new SequenceBatch<float, int>([1, 2, 3, 4], [1], [-100]), training: true));
        run.Backward();
        Assert.Equal(0, run.Metric);
        Assert.Equal(-1, run.Gradients.IndexOfAnyExcept(0f));
    }

    [Fact]
    public void WrongTargetOfADataset_IsNamed()
    {
        using var trainer = new Trainer<MultiLabelTagger>(new MultiLabelTagger());
        Assert.Equal(
            "training sequence 1, row 0: value -1 is not from 0 to 1.",
            Assert.Throws<DatasetException>(() => trainer.Fit(new ArrayDataset<float, float>([[], [1, 2, 3, 4]], [[], [0, -1, 0]], 4), epochs: 1).Count()).Message);
    }

    [Fact]
    public void Quantiles_AreLearned()
    {
        // The target is 0 to 1 at random, whatever the input: the quantiles are 0.1, 0.5, 0.9.
        float[][] inputs = [.. Enumerable.Range(0, 400).Select(_ => new float[4])], targets = [.. inputs.Select((_, i) => new[] { (i + 0.5f) / 400, 7 })];
        using var trainer = new Trainer<QuantileForecaster>(new QuantileForecaster(), new TrainerOptions { Optimizer = new Adam(0.02), Schedule = new CosineSchedule(60) });
        Assert.All(trainer.Fit(new ArrayDataset<float, float>(inputs, targets, 4), epochs: 60), report => Assert.True(report.Loss < 2));
        using QuantileForecaster.Run run = trainer.Model.CreateRun(1, 1);
        var quantiles = new float[6];
        run.Predict(inputs[0], quantiles);
        Assert.Equal([0.1, 0.5, 0.9, 7, 7, 7], quantiles.Select(q => (double)q), (a, b) => Math.Abs(a - b) < 0.06);
    }

    static ArrayDataset<float, int> Tags(int count)
    {
        var random = new Random(4);
        float[][] inputs = [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 4 * random.Next(0, 6)).Select(_ => random.NextSingle()).ToArray())];
        return new ArrayDataset<float, int>(inputs, [.. inputs.Select((x, i) => x.Chunk(4).Select(_ => random.Next(3) < 1 + (i % 2) ? -100 : random.Next(5)).ToArray())], 4);
    }
}
