using System.Numerics;
using FastSeq.Cuda.Tests.Support;
using FastSeq.Tests;

namespace FastSeq.Cuda.Tests.Training;

/// <summary>Trainers on a device: what they keep there, and where the caller sees it.</summary>
public sealed class TrainerTests : CudaTest
{
    static readonly ArrayDataset<float, float> s_means = Data.Means(40), s_validation = Data.Means(10, seed: 2), s_longer = Data.Means(30, seed: 3, longest: 11);
    static readonly ArrayDataset<int, int> s_tags = Data.Tags(24);

    [Fact]
    public void Fit_FollowsTheProcessor()
    {
        Compare<Meter, float, float, float>(s_means, s_validation, device => new TrainerOptions { Optimizer = new AdamW(0.01) { DecaysVectors = false }, BatchSize = 8, ClipNorm = 0.5, Seed = 4, Device = device }, 1e-4);
        Compare<Meter, float, float, float>(s_means, null, device => new TrainerOptions { Optimizer = new Sgd(0.05, 0.5), BatchSize = 8, ClipNorm = 0.7, ClipValue = 0.02, Device = device }, 1e-4);
        Compare<Tagger, double, int, int>(s_tags, s_tags, device => new TrainerOptions { Optimizer = new Adam(0.01), BatchSize = 5, ClipValue = 0.01, Device = device }, 1e-9);
        Compare<Tagger, double, int, int>(s_tags, null, device => new TrainerOptions { BatchSize = 5, Truncation = new TruncatedBackpropagation(2, 3), Device = device }, 1e-9);
    }

    static void Compare<TModel, T, TInput, TTarget>(
        SequenceDataset<TInput, TTarget> training, SequenceDataset<TInput, TTarget>? validation, Func<ISequenceDevice?, TrainerOptions> options, double tolerance)
        where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        TModel expected = TModel.Create(seed: 1), actual = TModel.Create(seed: 1);
        using Trainer<TModel> processor = new(expected, options(null)), device = new(actual, options(CudaDevice.Default));
        foreach ((EpochReport one, EpochReport other) in processor.Fit(training, validation, 3).Zip(device.Fit(training, validation, 3)))
        {
            Data.Agree<double>([one.Loss, one.Metric, one.GradientNorm, one.ValidationLoss ?? 0], [other.Loss, other.Metric, other.GradientNorm, other.ValidationLoss ?? 0], tolerance);
            Data.Agree<T>(expected.Parameters, actual.Parameters, 10 * tolerance);
        }

        Assert.Equal(processor.Evaluate(training).Loss, device.Evaluate(training).Loss, tolerance);
    }

    [Fact]
    public void EarlyStopping_EndsWithTheBestWeights()
    {
        // What is learned about some tokens says nothing about others.
        ArrayDataset<int, int> others = Data.Tags(20, seed: 2);
        Tagger expected = Tagger.Create(seed: 1), model = Tagger.Create(seed: 1);
        using Trainer<Tagger> processor = new(expected, Options(null)), trainer = new(model, Options(CudaDevice.Default));
        List<EpochReport> reports = [.. trainer.Fit(s_tags, others, 60)];
        Assert.Equal(processor.Fit(s_tags, others, 60).Count(), reports.Count);
        Assert.True(reports.Count < 60);
        double best = reports.Min(report => report.ValidationLoss!.Value);
        Assert.True(best < reports[^1].ValidationLoss);
        Assert.Equal(best, trainer.Evaluate(others).Loss);
        Data.Agree<double>(expected.Parameters, model.Parameters, 1e-8);

        static TrainerOptions Options(ISequenceDevice? device) =>
            new() { Optimizer = new AdamW(0.02), BatchSize = 8, EarlyStopping = new EarlyStopping(3), Device = device };
    }

    [Fact]
    public void LongerSequences_KeepTheMoments()
    {
        Data.Agree<float>(Train(null), Train(CudaDevice.Default), 1e-3);

        static float[] Train(ISequenceDevice? device)
        {
            Meter model = Meter.Create(seed: 1);
            using var trainer = new Trainer<Meter>(model, new TrainerOptions { Optimizer = new Adam(0.01), BatchSize = 8, Device = device });
            Assert.Equal(2, trainer.Fit(s_means, 2).Count());
            Assert.Equal(2, trainer.Fit(s_longer, 2).Count());
            return model.Parameters.ToArray();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WeightsThatTheCallerChanges_Count(bool evaluates)
    {
        Data.Agree<double>(Train(null), Train(CudaDevice.Default), 1e-8);

        double[] Train(ISequenceDevice? device)
        {
            Tagger model = Tagger.Create(seed: 1);
            var rule = new Adam(0.01);
            List<double> losses = [];
            using var trainer = new Trainer<Tagger>(model, new TrainerOptions { Optimizer = rule, BatchSize = 8, Device = device });
            foreach (EpochReport report in trainer.Fit(s_tags, 3))
            {
                if (report.Epoch == 1) Tagger.Create(seed: 2).Parameters.CopyTo(model.Parameters);
                if (report.Epoch == 2) rule.Step(model.Parameters, Tagger.Create(seed: 3).Parameters);
                if (evaluates) losses.Add(trainer.Evaluate(Data.Tags(40, seed: 2)).Loss);
            }

            losses.AddRange(model.Parameters);
            Tagger.Create(seed: 4).Parameters.CopyTo(model.Parameters);
            losses.Add(trainer.Evaluate(s_tags).Loss);
            return [.. losses];
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EndOfAnEpochHalfway_KeepsTheLastBatch(bool throws)
    {
        float[] expected = Train(null);
        Assert.NotEqual(expected, Meter.Create(seed: 1).Parameters.ToArray());
        Data.Agree<float>(expected, Train(CudaDevice.Default), 1e-3);

        float[] Train(ISequenceDevice? device)
        {
            Meter model = Meter.Create(seed: 1);
            using var source = new CancellationTokenSource();
            using var trainer = new Trainer<Meter>(model, new TrainerOptions { BatchSize = 8, Device = device, Progress = End });
            Exception? exception = Record.Exception(() => trainer.Fit(s_means, 3, source.Token).Count());
            Assert.IsType(throws ? typeof(InvalidDataException) : typeof(OperationCanceledException), exception);
            return model.Parameters.ToArray();

            void End(TrainingProgress progress)
            {
                if (progress.Batch < 3) return;
                if (throws) throw new InvalidDataException();
                source.Cancel();
            }
        }
    }

    [Fact]
    public void EvaluationDuringAnEpoch_SeesTheLastBatch()
    {
        Data.Agree<double>(Train(null), Train(CudaDevice.Default), 1e-3);

        static double[] Train(ISequenceDevice? device)
        {
            List<double> losses = [];
            Trainer<Meter>? trainer = null;
            using (trainer = new(Meter.Create(seed: 1), new TrainerOptions { BatchSize = 8, Device = device, Progress = _ => losses.Add(trainer!.Evaluate(s_longer).Loss) })) losses.AddRange(trainer.Fit(s_means, 2).Select(r => r.Loss));
            return [.. losses];
        }
    }

    [Fact]
    public void LossThatIsNotFinite_GivesTheWeightsFromBeforeTheEpoch()
    {
        Meter model = Meter.Create(seed: 1);
        var rule = new Adam(0.01);
        int batches = 0;
        using var trainer = new Trainer<Meter>(model, new TrainerOptions { Optimizer = rule, BatchSize = 8, Device = CudaDevice.Default, Progress = _ => rule.LearningRate = ++batches == 7 ? 1e38 : 0.01 });
        using IEnumerator<EpochReport> epochs = trainer.Fit(s_means, 3).GetEnumerator();
        Assert.True(epochs.MoveNext());
        float[] before = model.Parameters.ToArray();
        Assert.Throws<TrainingException>(() => epochs.MoveNext());
        Assert.Equal(before, model.Parameters.ToArray());
        rule.LearningRate = 0.01;
        Assert.Single(trainer.Fit(s_means, 1));
    }

    [Fact]
    public void Batches_LeaveTheParametersWhereTheyAre()
    {
        long parameters = Tagger.ModelInfo.BufferLength * sizeof(double), up = 0, down = 0, mostUp = 0, mostDown = 0;
        using var trainer = new Trainer<Tagger>(Tagger.Create(seed: 1), new TrainerOptions
        {
            BatchSize = 2,
            Device = CudaDevice.Default,
            Progress = progress =>
            {
                if (progress.Batch > 1) (mostUp, mostDown) = (Math.Max(mostUp, FakeCuda.BytesUp - up), Math.Max(mostDown, FakeCuda.BytesDown - down));
                (up, down) = (FakeCuda.BytesUp, FakeCuda.BytesDown);
            },
        });
        long before = FakeCuda.BytesUp;
        Assert.Equal(2, trainer.Fit(s_tags, s_tags, 2).Count());
        Assert.InRange(mostUp, 1, parameters / 50);
        Assert.InRange(mostDown, 1, parameters / 50);

        // The moments once, the parameters once an epoch, and what batches need.
        Assert.InRange(FakeCuda.BytesUp - before, 4 * parameters, 5 * parameters);
    }

    [Fact]
    public void Batches_AllocateNothing()
    {
        long start = 0, least = long.MaxValue;
        using var trainer = new Trainer<Meter>(Meter.Create(seed: 1), new TrainerOptions
        {
            BatchSize = 2,
            ClipNorm = 1,
            Device = CudaDevice.Default,
            Progress = progress =>
            {
                if (progress.Batch == 2) start = GC.GetAllocatedBytesForCurrentThread();
                if (progress.Batch == progress.Batches) least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - start);
            },
        });
        Assert.Equal(0, LeastAllocation.Of(() =>
        {
            least = long.MaxValue;
            Assert.Equal(5, trainer.Fit(Data.Means(106), 5).Count());
            return least;
        }));
    }

    [Fact]
    public void DeviceThatFailsTwice_IsReportedByWhatHappenedFirst()
    {
        Meter model = Meter.Create(seed: 1);
        float[] before = model.Parameters.ToArray();
        using var trainer = new Trainer<Meter>(model, new TrainerOptions
        {
            BatchSize = 8,
            Device = CudaDevice.Default,
            Progress = progress =>
            {
                // The second batch fails; then the parameters, which are those of the first one, do not come down.
                if (progress.Batch > 1) return;
                FakeCuda.Fail("cublasSgemm_v2", 13);
                FakeCuda.Fail("cuMemcpyDtoHAsync_v2", 700);
            },
        });
        Assert.Equal("cublasSgemm_v2", Assert.Throws<CudaException>(() => trainer.Fit(s_means, 1).Count()).Function);
        Assert.Equal(before, model.Parameters.ToArray());
    }

    [Fact]
    public void DeviceThatFailsBetweenEpochs_IsReported()
    {
        using var trainer = new Trainer<Meter>(Meter.Create(seed: 1), new TrainerOptions { BatchSize = 8, Device = CudaDevice.Default, Progress = progress => { if (progress.Batch == progress.Batches) FakeCuda.Fail("cuMemcpyDtoHAsync_v2", 700); } });
        Assert.Equal("cuMemcpyDtoHAsync_v2", Assert.Throws<CudaException>(() => trainer.Fit(s_means, 1).Count()).Function);
    }

    [Fact]
    public void DeviceThatFails_LeavesAModelAndADetachedOptimizer()
    {
        Meter model = Meter.Create(seed: 1);
        float[] before = model.Parameters.ToArray();
        var rule = new Adam(0.01);
        using (var trainer = new Trainer<Meter>(model, new TrainerOptions { Optimizer = rule, BatchSize = 8, Device = CudaDevice.Default, Progress = _ => FakeCuda.Fail("cuLaunchKernel", 719) }))
        {
            Assert.Throws<CudaException>(() => trainer.Fit(s_means, 1).Count());
        }

        using var again = new Trainer<Meter>(model, new TrainerOptions { Optimizer = rule, BatchSize = 8 });
        Assert.Single(again.Fit(s_means, 1));
        Assert.NotEqual(before, model.Parameters.ToArray());
    }
}
