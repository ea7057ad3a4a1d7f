using Xunit;

namespace FastSeq.Tests.Training;

[Collection(nameof(AloneCollection))]
public sealed class TrainerTests
{
    [Fact]
    public void Training_FindsTheLineBehindTheData()
    {
        var model = new LinearModel(1);
        using var trainer = new Trainer<LinearModel>(model, new TrainerOptions { Optimizer = new AdamW(learningRate: 0.02f, weightDecay: 0), BatchSize = 16 });
        List<EpochReport> reports = [.. trainer.Fit(Data(300), Data(50, seed: 2), epochs: 40)];
        Assert.Equal(40, reports.Count);
        Assert.Equal(Enumerable.Range(1, 40), reports.Select(r => r.Epoch));
        Assert.True(reports[^1].ValidationLoss < 1e-4, reports[^1].ToString());
        Assert.True(reports[^1].Metric < 0.02);
        Assert.Equal(2, model.Parameters[0], 0.02);
        Assert.Equal(-1, model.Parameters[1], 0.02);
        Assert.Equal(0.5, model.Parameters[16], 0.02);
        Assert.Equal(reports[^1].ValidationLoss, trainer.Evaluate(Data(50, seed: 2)).Loss);
        Assert.Equal(1, model.Runs);
    }

    [Fact]
    public void NothingHappens_UntilAReportIsAskedFor()
    {
        var model = new LinearModel(1);
        float[] before = model.Parameters.ToArray();
        using var trainer = new Trainer<LinearModel>(model);
        IEnumerable<EpochReport> reports = trainer.Fit(Data(20), epochs: 3);
        Assert.Equal(before, model.Parameters.ToArray());
        Assert.Equal(1, reports.First().Epoch);
        Assert.NotEqual(before, model.Parameters.ToArray());
    }

    [Fact]
    public void ReportsLoss_IsTheMeanOverRowsAndEveryBatch()
    {
        var model = new LinearModel(1);
        // A learning rate of 0 leaves the model alone, so the epoch's loss is the dataset's, uneven last batch and all.
        using var trainer = new Trainer<LinearModel>(model, new TrainerOptions { Optimizer = new Sgd(0), BatchSize = 7 });
        SequenceDataset<float, float> data = Data(24);
        EpochReport report = trainer.Fit(data, epochs: 1).Single();
        double squares = 0, absolute = 0;
        for (int i = 0; i < data.Count; i++)
        {
            ReadOnlySpan<float> x = data.InputOf(i)[^2..];
            double error = model.Parameters[0] * x[0] + model.Parameters[1] * x[1] - data.TargetOf(i)[0];
            squares += error * error;
            absolute += Math.Abs(error);
        }

        Assert.Equal(squares / 24, report.Loss, 1e-6);
        Assert.Equal(absolute / 24, report.Metric, 1e-6);
    }

    [Fact]
    public void TwoTimesTwoEpochs_AreFourEpochs()
    {
        LinearModel whole = new(3), parts = new(3);
        using Trainer<LinearModel> a = NewTrainer(whole), b = NewTrainer(parts);
        double[] losses = [.. a.Fit(Data(50), epochs: 4).Select(r => r.Loss)];
        double[] halves = [.. b.Fit(Data(50), epochs: 2).Concat(b.Fit(Data(50), epochs: 2)).Select(r => r.Loss)];
        Assert.Equal(losses, halves);
        Assert.Equal(whole.Parameters.ToArray(), parts.Parameters.ToArray());

        static Trainer<LinearModel> NewTrainer(LinearModel model) =>
            new(model, new TrainerOptions { Optimizer = new Adam(0.01), BatchSize = 8, Seed = 9, Schedule = new WarmUpSchedule(1, new CosineSchedule(3)) });
    }

    [Fact]
    public void EarlyStopping_EndsWithTheBestWeights()
    {
        var model = new LinearModel(1);
        // Trained towards one line and measured by another, the validation loss first falls and then rises.
        SequenceDataset<float, float> training = Data(200), validation = Data(50, scale: 0.4f);
        using var trainer = new Trainer<LinearModel>(model, new TrainerOptions { Optimizer = new Sgd(0.01), EarlyStopping = new EarlyStopping(patience: 3) });
        var seen = new List<(double Loss, float[] Weights)>();
        EpochReport? last = null;
        foreach (EpochReport report in trainer.Fit(training, validation, epochs: 500))
        {
            seen.Add((report.ValidationLoss!.Value, model.Parameters.ToArray()));
            last = report;
        }

        int best = seen.IndexOf(seen.MinBy(s => s.Loss));
        Assert.InRange(best, 1, 490);
        Assert.Equal(best + 1 + 3, last!.Epoch);
        Assert.Equal(seen[best].Weights, model.Parameters.ToArray());
    }

    [Fact]
    public void LeavingTheLoop_KeepsTheBestWeightsToo()
    {
        var model = new LinearModel(1);
        using var trainer = new Trainer<LinearModel>(model, new TrainerOptions { Optimizer = new Sgd(0.05), EarlyStopping = new EarlyStopping(patience: 100) });
        var seen = new List<(double Loss, float[] Weights)>();
        foreach (EpochReport report in trainer.Fit(Data(200), Data(50, scale: 0.2f), epochs: 500))
        {
            seen.Add((report.ValidationLoss!.Value, model.Parameters.ToArray()));
            if (report.Epoch == 30) break;
        }

        Assert.NotEqual(30, 1 + seen.IndexOf(seen.MinBy(s => s.Loss)));
        Assert.Equal(seen.MinBy(s => s.Loss).Weights, model.Parameters.ToArray());
        Assert.Equal(31, trainer.Fit(Data(200), Data(50), epochs: 1).Single().Epoch);
    }

    [Fact]
    public void Divergence_NamesTheBatchAndKeepsTheWeightsFromBeforeTheEpoch()
    {
        var model = new LinearModel(1);
        using var trainer = new Trainer<LinearModel>(model, new TrainerOptions { Optimizer = new Sgd(3), BatchSize = 8 });
        float[] lastGood = model.Parameters.ToArray();
        int epochs = 0;
        var error = Assert.Throws<TrainingException>(() =>
        {
            foreach (EpochReport report in trainer.Fit(Data(64), epochs: 1000))
            {
                lastGood = model.Parameters.ToArray();
                epochs = report.Epoch;
            }
        });
        Assert.True(epochs > 0);
        Assert.Equal(epochs + 1, error.Epoch);
        Assert.Contains($"in epoch {epochs + 1}, batch {error.Batch}", error.Message);
        Assert.Equal(lastGood, model.Parameters.ToArray());
        Assert.All(lastGood, w => Assert.True(float.IsFinite(w)));
    }

    [Fact]
    public void Cancellation_LeavesAUsableTrainer()
    {
        var model = new LinearModel(1);
        using var source = new CancellationTokenSource();
        int batches = 0;
        using var trainer = new Trainer<LinearModel>(model, new TrainerOptions
        {
            BatchSize = 4,
            Progress = _ =>
            {
                if (++batches == 5) source.Cancel();
            },
        });
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(Data(64), null, 3, source.Token).Count());
        Assert.Equal(5, batches);
        Assert.True(double.IsFinite(trainer.Evaluate(Data(64)).Loss));
        Assert.Equal(1, trainer.Fit(Data(64), epochs: 1).Single().Epoch);
    }

    [Fact]
    public void Clipping_IsAppliedBeforeTheStep()
    {
        LinearModel model = new(1), byHand = new(1);
        using var trainer = new Trainer<LinearModel>(model, new TrainerOptions { Optimizer = new Sgd(0.1), ClipNorm = 0.2f, ClipValue = 0.1f, BatchSize = 100 });
        SequenceDataset<float, float> data = Data(10).Slice(0, 1);
        EpochReport report = trainer.Fit(data, epochs: 1).Single();
        using SequenceRun<float, float, float> run = byHand.NewRun(1, 10, 1);
        run.Forward(new SequenceBatch<float, float>(data.InputOf(0), [data.LengthOf(0)], data.TargetOf(0)), training: true);
        run.Backward();
        Assert.Equal(Gradients.ClipByNorm(run.Gradients, 0.2), report.GradientNorm, 1e-12);
        Assert.True(report.GradientNorm > 0.2);
        Gradients.ClipByValue(run.Gradients, 0.1);
        new Sgd(0.1).Step(byHand.Parameters, run.Gradients);
        Assert.Equal(byHand.Parameters.ToArray(), model.Parameters.ToArray());
    }

    [Fact]
    public void Schedule_DecidesTheLearningRateOfEveryBatch()
    {
        var rates = new List<double>();
        using var trainer = new Trainer<LinearModel>(new LinearModel(), new TrainerOptions
        {
            Optimizer = new Sgd(0.1), BatchSize = 5, Schedule = new WarmUpSchedule(1, new StepSchedule(1, 0.5)), Progress = p => rates.Add(p.LearningRate),
        });
        EpochReport[] reports = [.. trainer.Fit(Data(20), epochs: 3)];
        double[] expected = [0, 0.025, 0.05, 0.075, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05];
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], rates[i], 1e-12);
        Assert.Equal(0.05, reports[^1].LearningRate, 1e-12);
    }

    [Fact]
    public void Progress_TellsWhereTrainingIs()
    {
        var seen = new List<TrainingProgress>();
        using var trainer = new Trainer<LinearModel>(new LinearModel(), new TrainerOptions { BatchSize = 8, Progress = seen.Add });
        EpochReport last = trainer.Fit(Data(20), epochs: 2).Last();
        Assert.Equal([(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)], seen.Select(p => (p.Epoch, p.Batch)));
        Assert.All(seen, p => Assert.Equal((2, 3), (p.Epochs, p.Batches)));
        Assert.Equal(last.Loss, seen[^1].Loss);
    }

    [Fact]
    public void TrainingSteps_AllocateNothing()
    {
        long thread = 0, total = 0, steps = 0;
        using var trainer = new Trainer<LinearModel>(new LinearModel(), new TrainerOptions
        {
            Optimizer = new AdamW(1e-3f), ClipNorm = 1f, ClipValue = 0.5f, BatchSize = 2, Threads = 2, Schedule = new CosineSchedule(3),
            Progress = p =>
            {
                if (p.Batch == 100)
                {
                    total = GC.GetTotalAllocatedBytes(precise: true);
                    thread = GC.GetAllocatedBytesForCurrentThread();
                }
                else if (p.Batch == 5000)
                {
                    thread = GC.GetAllocatedBytesForCurrentThread() - thread;
                    total = GC.GetTotalAllocatedBytes(precise: true) - total;
                    steps = p.Batch;
                }
            },
        });
        long ofThread = LeastAllocation.Of(() =>
        {
            trainer.Fit(Data(10_000), epochs: 1).Single();
            return thread;
        });
        Assert.Equal(5000, steps);
        Assert.Equal(0, ofThread);

        // Other threads of the test run may allocate a little; a worker that allocated in each step would be far above this.
        Assert.True(total < 16 * 4900, $"{total} bytes");
    }

    [Fact]
    public void WhatDoesNotFit_IsSaidAtOnce()
    {
        using var trainer = new Trainer<LinearModel>(new LinearModel(), new TrainerOptions { EarlyStopping = new EarlyStopping(1) });
        Assert.Contains("needs a validation dataset", Assert.Throws<ArgumentException>(() => trainer.Fit(Data(3), epochs: 1)).Message);
        Assert.Equal("The validation dataset has no sequences.", Assert.Throws<DatasetException>(() => trainer.Fit(Data(3), Data(0), 1)).Message);
        var wide = new ArrayDataset<float, float>([[1, 2, 3]], [1f], 3);
        Assert.Contains("training sequence 0 has 3 inputs", Assert.Throws<DatasetException>(() => trainer.Fit(wide, Data(3), 1)).Message);
        Assert.Contains("BatchSize is 0", Assert.Throws<ArgumentException>(() => new Trainer<LinearModel>(new LinearModel(), new TrainerOptions { BatchSize = 0 })).Message);
        Assert.Contains("ClipNorm is -1", Assert.Throws<ArgumentException>(() => new Trainer<LinearModel>(new LinearModel(), new TrainerOptions { ClipNorm = -1 })).Message);
    }

    [Fact]
    public void OneOptimizerForTwoTrainers_IsAnError()
    {
        var options = new TrainerOptions();
        using (new Trainer<LinearModel>(new LinearModel(), options))
        {
            Assert.Contains("another trainer", Assert.Throws<InvalidOperationException>(() => new Trainer<LinearModel>(new LinearModel(), options)).Message);
        }

        new Trainer<LinearModel>(new LinearModel(), options).Dispose();
    }

    [Fact]
    public void TrainingWhileTraining_IsAnError()
    {
        using var trainer = new Trainer<LinearModel>(new LinearModel());
        foreach (EpochReport _ in trainer.Fit(Data(10), epochs: 2))
            Assert.Throws<InvalidOperationException>(() => trainer.Fit(Data(10), epochs: 1).First());
        trainer.Fit(Data(10), epochs: 1).First();
    }

    [Fact]
    public void DisposedTrainer_SaysSo()
    {
        var trainer = new Trainer<LinearModel>(new LinearModel());
        IEnumerable<EpochReport> pending = trainer.Fit(Data(10), epochs: 1);
        trainer.Dispose();
        trainer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => trainer.Fit(Data(10), epochs: 1));
        Assert.Throws<ObjectDisposedException>(() => pending.First());
    }

    [Fact]
    public void Report_ReadsAsALine()
    {
        var report = new EpochReport
        {
            Epoch = 3, Epochs = 20, LossKind = LossKind.CrossEntropy, Loss = 0.51234567, Metric = 0.8125, ValidationLoss = 0.625, ValidationMetric = 0.75,
            GradientNorm = 1.25, LearningRate = 1e-3, SequencesPerSecond = 12345.6, Elapsed = TimeSpan.FromSeconds(2), IsBest = true,
        };
        Assert.Equal(
            "epoch  3/20: loss 0.51235, accuracy 81.25 % | validation loss 0.62500, accuracy 75.00 % * | 12,346 sequences/s, gradient norm 1.250, learning rate 1.0e-3",
            report.ToString());
        Assert.Equal(
            "epoch 1/1: loss 0.50000, MAE 0.125 | 10 sequences/s, gradient norm 0.000, learning rate 2.5e-1",
            new EpochReport { Epoch = 1, Epochs = 1, LossKind = LossKind.MeanSquaredError, Loss = 0.5, Metric = 0.125, GradientNorm = 0, LearningRate = 0.25, SequencesPerSecond = 10, Elapsed = default, IsBest = false }.ToString());
    }

    static ArrayDataset<float, float> Data(int count, int seed = 1, float scale = 1)
    {
        var random = new Random(seed);
        var inputs = new float[count][];
        var targets = new float[count];
        for (int i = 0; i < count; i++)
        {
            inputs[i] = [.. Enumerable.Range(0, 2 * random.Next(1, 6)).Select(_ => random.NextSingle() * 2 - 1)];
            targets[i] = scale * (2 * inputs[i][^2] - inputs[i][^1] + 0.5f);
        }

        return new ArrayDataset<float, float>(inputs, targets, 2);
    }
}
