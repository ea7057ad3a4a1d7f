using Xunit;

namespace FastSeq.Tests.Training;

public sealed class DeterminismTests
{
    [Fact]
    public void Threads_DoNotChangeABitOfTheForecaster() => AssertSame(
        threads => Train(new Forecaster(seed: 3), Datasets.Means(90), Datasets.Means(20, seed: 2), new TrainerOptions
        {
            Optimizer = new AdamW(0.01), ClipNorm = 0.5, BatchSize = 17, Seed = 5, Threads = threads,
        }));

    [Fact]
    public void Threads_DoNotChangeABitOfTheTagger() => AssertSame(
        threads => Train(new Tagger(seed: 3), Datasets.PreviousTokens(90), Datasets.PreviousTokens(20, seed: 2), new TrainerOptions
        {
            Optimizer = new Sgd(0.1, momentum: 0.9, nesterov: true), ClipValue = 0.05, BatchSize = 16, Seed = 5, Threads = threads,
        }));

    [Fact]
    public void Threads_DoNotChangeABitOfTheClassifier() => AssertSame(
        threads => Train(new Classifier(seed: 3), Datasets.Markers(90), Datasets.Markers(20, seed: 2), new TrainerOptions
        {
            Optimizer = new Adam(0.01, weightDecay: 1e-4), ClipNorm = 0.1, BatchSize = 31, Seed = 5, Threads = threads,
        }));

    [Fact]
    public void AnotherSeed_TrainsAnotherModel()
    {
        double[] Weights(ulong seed) => Train(new Forecaster(seed: 3), Datasets.Means(90), Datasets.Means(20, seed: 2), new TrainerOptions { Seed = seed });
        Assert.Equal(Weights(1), Weights(1));
        Assert.NotEqual(Weights(1), Weights(2));
    }

    // Dropout masks go on counting, so two times two epochs are four.
    [Fact]
    public void TrainingThatGoesOn_IsTrainingInOne()
    {
        Forecaster whole = new(seed: 1), parts = new(seed: 1);
        using Trainer<Forecaster> a = NewTrainer(whole), b = NewTrainer(parts);
        SequenceDataset<float, float> data = Datasets.Means(60);
        Assert.Equal(4, a.Fit(data, epochs: 4).Count());
        Assert.Equal(2, b.Fit(data, epochs: 2).Count());
        Assert.NotEqual(whole.Parameters.ToArray(), parts.Parameters.ToArray());
        Assert.Equal(4, b.Fit(data, epochs: 2).Last().Epoch);
        Assert.Equal(whole.Parameters.ToArray(), parts.Parameters.ToArray());

        static Trainer<Forecaster> NewTrainer(Forecaster model) => new(model, new TrainerOptions { BatchSize = 16, Seed = 8 });
    }

    static void AssertSame(Func<int, double[]> train)
    {
        double[] one = train(1);
        Assert.All(one, x => Assert.True(double.IsFinite(x)));
        Assert.Equal(one, train(2));
        Assert.Equal(one, train(3));
    }

    /// <summary>All parameters, losses and norms of a training.</summary>
    static double[] Train<TModel, TInput, TTarget>(TModel model, SequenceDataset<TInput, TTarget> training, SequenceDataset<TInput, TTarget> validation, TrainerOptions options)
        where TModel : class, ISequenceModel<TModel>, ISequenceLearner<TInput, TTarget>
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        using var trainer = new Trainer<TModel>(model, options);
        var numbers = new List<double>();
        foreach (EpochReport report in trainer.Fit(training, validation, epochs: 3))
            numbers.AddRange([report.Loss, report.Metric, report.ValidationLoss!.Value, report.ValidationMetric!.Value, report.GradientNorm]);
        foreach (ParameterInfo parameter in TModel.ModelInfo.Parameters) numbers.AddRange(Numbers(model, parameter));
        Assert.True(numbers.Count > 1000);
        return [.. numbers];
    }

    static IEnumerable<double> Numbers<TModel>(TModel model, ParameterInfo parameter)
    {
        var wide = new double[parameter.Count];
        if (model is Tagger tagger)
        {
            parameter.CopyTo<double>(tagger.Parameters, wide);
            return wide;
        }

        var single = new float[parameter.Count];
        parameter.CopyTo<float>(model is Forecaster forecaster ? forecaster.Parameters : ((Classifier)(object)model!).Parameters, single);
        return single.Select(x => (double)x);
    }
}
