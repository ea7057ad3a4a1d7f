using Xunit;

namespace FastSeq.Tests.Training;

[Collection(nameof(AloneCollection))]
public sealed class TrainingTests
{
    [Fact]
    public void Forecaster_LearnsMeans()
    {
        using var trainer = new Trainer<Forecaster>(new Forecaster(seed: 1), new TrainerOptions { Optimizer = new AdamW(0.01), ClipNorm = 1, BatchSize = 16 });
        EpochReport last = trainer.Fit(Datasets.Means(400), Datasets.Means(50, seed: 2), epochs: 25).Last();
        Assert.True(last.ValidationMetric < 0.1, last.ToString());      // guessing zero is at 0.27
    }

    [Fact]
    public void Tagger_LearnsThePreviousToken()
    {
        using var trainer = new Trainer<Tagger>(new Tagger(seed: 1), new TrainerOptions { Optimizer = new AdamW(0.01), BatchSize = 16 });
        EpochReport last = trainer.Fit(Datasets.PreviousTokens(600), Datasets.PreviousTokens(60, seed: 2), epochs: 15).Last();
        Assert.True(last.ValidationMetric > 0.97, last.ToString());
    }

    [Fact]
    public void Classifier_LearnsMarkers()
    {
        using var trainer = new Trainer<Classifier>(new Classifier(seed: 1), new TrainerOptions { Optimizer = new AdamW(0.01), BatchSize = 16 });
        EpochReport last = trainer.Fit(Datasets.Markers(600), Datasets.Markers(60, seed: 2), epochs: 12).Last();
        Assert.True(last.ValidationMetric > 0.95, last.ToString());
    }

    [Fact]
    public void EarlyStopping_EndsWithTheBestWeightsAndTheyCanBeKept()
    {
        var model = new Forecaster(seed: 1);
        using var trainer = new Trainer<Forecaster>(model, new TrainerOptions { Optimizer = new AdamW(0.02), BatchSize = 8, EarlyStopping = new EarlyStopping(patience: 4) });

        // 30 sequences are learned by heart, so that validation gets worse.
        SequenceDataset<float, float> validation = Datasets.Means(100, seed: 2);
        EpochReport[] reports = [.. trainer.Fit(Datasets.Means(30), validation, epochs: 400)];
        Assert.InRange(reports.Length, 5, 399);
        EpochReport best = reports.MinBy(r => r.ValidationLoss)!;
        Assert.Equal(reports.Length - 4, best.Epoch);
        Assert.True(best.IsBest);
        Assert.Equal(best.ValidationLoss, trainer.Evaluate(validation).Loss);

        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            model.Save(path);
            using var copy = new Trainer<Forecaster>(Forecaster.Load(path));
            Assert.Equal(best.ValidationLoss!.Value, copy.Evaluate(validation).Loss, 1e-6);
            Assert.Equal(model.Parameters.ToArray(), copy.Model.Parameters.ToArray());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Divergence_KeepsTheWeightsFromBeforeTheEpoch()
    {
        var model = new Forecaster(seed: 1);
        using var trainer = new Trainer<Forecaster>(model, new TrainerOptions { Optimizer = new Sgd(1e30), BatchSize = 8 });
        float[] before = model.Parameters.ToArray();
        var error = Assert.Throws<TrainingException>(() => trainer.Fit(Datasets.Means(64), epochs: 10).Count());
        Assert.Equal(1, error.Epoch);
        Assert.Equal(before, model.Parameters.ToArray());
        Assert.True(double.IsFinite(trainer.Evaluate(Datasets.Means(64)).Loss));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ThousandsOfSteps_AllocateNothing(int threads)
    {
        AssertNoAllocation<Forecaster, float, float>(Datasets.Means(6_000, longest: 4), threads, steps: 3_000);
        AssertNoAllocation<Tagger, int, int>(Datasets.PreviousTokens(4_000), threads, steps: 2_000);
        AssertNoAllocation<Classifier, int, int>(Datasets.Markers(1_000), threads, steps: 500);
    }

    static void AssertNoAllocation<TModel, TInput, TTarget>(SequenceDataset<TInput, TTarget> data, int threads, int steps)
        where TModel : class, ISequenceModel<TModel>, ISequenceLearner<TInput, TTarget>
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        const int warmUp = 100;
        long ofThread = 0, ofAll = 0;
        int seen = 0;
        using var trainer = new Trainer<TModel>(TModel.Create(1), new TrainerOptions
        {
            Optimizer = new AdamW(1e-3f), ClipNorm = 1, ClipValue = 0.5, BatchSize = 2, Threads = threads, Schedule = new CosineSchedule(2),
            Progress = p =>
            {
                if (p.Batch == warmUp)
                {
                    ofAll = GC.GetTotalAllocatedBytes(precise: true);
                    ofThread = GC.GetAllocatedBytesForCurrentThread();
                }
                else if (p.Batch == steps)
                {
                    ofThread = GC.GetAllocatedBytesForCurrentThread() - ofThread;
                    ofAll = GC.GetTotalAllocatedBytes(precise: true) - ofAll;
                    seen = p.Batch;
                }
            },
        });
        long least = LeastAllocation.Of(() =>
        {
            trainer.Fit(data, epochs: 1).Single();
            return ofThread;
        });
        Assert.Equal(steps, seen);
        Assert.Equal(0, least);

        // The test platform's own threads may allocate a little; a worker that allocated in each step would be far above this.
        Assert.True(ofAll < 16 * (steps - warmUp), $"{ofAll} bytes in {steps - warmUp} steps");
    }
}
