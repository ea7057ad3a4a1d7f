using System.Numerics;
using FastSeq.Cuda.Tests.Support;

namespace FastSeq.Cuda.Tests.Training;

/// <summary>Losses, gradients and metrics that a device computes are those of the processor.</summary>
public sealed class LossTests : CudaTest
{
    const int Most = 64, Longest = 20;

    // With more rows than the threads of a block add up, with sequences of no time steps, of one length, and of one row.
    static readonly int[][] s_batches = [[.. Enumerable.Range(0, Most).Select(b => b % 9 == 8 ? 0 : Longest - (b % 3))], [5, 5, 5], [13, 0, 1], [1], [0, 0]];

    [Fact]
    public void CrossEntropy_IsThatOfTheProcessor()
    {
        Compare<Classes, float, int>();
        Compare<WeightedClassesAtTheEnd, float, int>();
        Compare<SmoothedClasses, double, int>();
        Compare<ClassesOrNone, float, int>();
        Compare<ClassesWithAll, double, int>();
        Compare<ClassesWithAllAtTheEnd, float, int>();
        Compare<ManyClasses, float, int>();
    }

    [Fact]
    public void BinaryCrossEntropy_IsThatOfTheProcessor()
    {
        Compare<Answers, float, float>();
        Compare<WeightedAnswers, float, float>();
        Compare<WeightedAnswersAtTheEnd, double, double>();
    }

    [Fact]
    public void Errors_AreThoseOfTheProcessor()
    {
        Compare<Squares, float, float>();
        Compare<SquaresAtTheEnd, double, double>();
        Compare<Distances, float, float>();
        Compare<DistancesAtTheEnd, double, double>();
        Compare<Bends, float, float>();
        Compare<BendsAtTheEnd, double, double>();
    }

    [Fact]
    public void Quantiles_AreThoseOfTheProcessor()
    {
        Compare<Quantiles, float, float>();
        Compare<QuantilesAtTheEnd, double, double>();
    }

    /// <summary>All outputs are 0: the first class is the largest, an error of 0 has no slope, and a logit of 0 says no.</summary>
    [Fact]
    public void Ties_CountAsOnTheProcessor()
    {
        Compare<Classes, float, int>(0);
        Compare<ClassesWithAll, double, int>(0);
        Compare<Answers, float, float>(0);
        Compare<Distances, float, float>(0);
        Compare<Bends, float, float>(0);
        Compare<Quantiles, float, float>(0);
    }

    [Fact]
    public void LargeLogits_DoNotOverflow()
    {
        Compare<Classes, float, int>(300);
        Compare<ClassesOrNone, float, int>(300);
        Compare<WeightedAnswers, float, float>(300);
    }

    [Fact]
    public void TargetsThatAreAllIgnored_HaveNoLossAndNoGradient()
    {
        Check<ClassesOrNone, float>(-100);
        Check<ClassesWithAll, double>(2);

        // Their class weighs nothing, but counts for the accuracy.
        Check<WeightedClassesAtTheEnd, float>(2);

        static void Check<TModel, T>(int target)
            where TModel : class, ISequenceModel<TModel, T, T, int>
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            Batch<T, int> batch = BatchOf<T, int>(TModel.ModelInfo, [4, 2], 1);
            batch.Targets.AsSpan().Fill(target);
            TModel model = TModel.Create(seed: 3);
            using SequenceRun<T, T, int> processor = model.NewRun(2, 4, 1), device = model.NewRun(2, 4, 1, device: CudaDevice.Default);
            Assert.Equal(T.Zero, device.Forward(batch.Sequences, training: true));
            processor.Forward(batch.Sequences, training: true);
            Assert.Equal(processor.Metric, device.Metric);
            device.Backward();
            Assert.Equal(-1, device.Gradients.IndexOfAnyExcept(T.Zero));
        }
    }

    [Fact]
    public void NumbersThatAreNone_ShowInTheLoss()
    {
        Check<Classes, int>();
        Check<ClassesOrNone, int>();
        Check<Answers, float>();
        Check<Squares, float>();
        Check<Distances, float>();
        Check<Bends, float>();
        Check<Quantiles, float>();

        static void Check<TModel, TTarget>()
            where TModel : class, ISequenceModel<TModel, float, float, TTarget>
            where TTarget : unmanaged
        {
            Batch<float, TTarget> batch = BatchOf<float, TTarget>(TModel.ModelInfo, [4, 2], 1);
            batch.Inputs[3] = float.NaN;
            using SequenceRun<float, float, TTarget> device = TModel.Create(seed: 3).NewRun(2, 4, 1, device: CudaDevice.Default);
            Assert.True(float.IsNaN(device.Forward(batch.Sequences, training: true)));
        }
    }

    /// <summary>A target that is no number shows in the gradients, too: an optimizer refuses them.</summary>
    [Fact]
    public void TargetsThatAreNoNumbers_ShowInTheGradients()
    {
        Check<Squares>();
        Check<Distances>();
        Check<Bends>();
        Check<Quantiles>();

        static void Check<TModel>()
            where TModel : class, ISequenceModel<TModel, float, float, float>
        {
            Batch<float, float> batch = BatchOf<float, float>(TModel.ModelInfo, [4, 2], 1);
            batch.Targets[1] = float.NaN;
            bool expected = HasNaN(null);
            Assert.True(expected);
            Assert.Equal(expected, HasNaN(CudaDevice.Default));

            bool HasNaN(ISequenceDevice? device)
            {
                using SequenceRun<float, float, float> run = TModel.Create(seed: 3).NewRun(2, 4, 1, device: device);
                run.Forward(batch.Sequences, training: true);
                run.Backward();
                return run.Gradients.ToArray().Any(float.IsNaN);
            }
        }
    }

    [Fact]
    public void BatchesWithoutTargets_AreRefusedAsOnTheProcessor()
    {
        Classes model = Classes.Create(seed: 3);
        using SequenceRun<float, float, int> processor = model.CreateRun(2, 9), device = model.CreateRun(2, 9, CudaDevice.Default);
        foreach (int[] lengths in new[] { Array.Empty<int>(), [0, 0] })
        {
            Assert.Equal(MessageOf(processor), MessageOf(device));

            string MessageOf(SequenceRun<float, float, int> run) => Assert.Throws<ArgumentException>(() => run.Forward(new SequenceBatch<float, int>([], lengths, []), training: true)).Message;
        }
    }

    /// <summary>Paths of one and of many labels; equal labels side by side and apart; targets as long as their sequences, of no labels, of sequences without time steps, and some that do not fit.</summary>
    [Fact]
    public void Ctc_IsThatOfTheProcessor()
    {
        CompareCtc<Labels, float>(Labels.Create(seed: 3), 4, 1e-4, [9, 6], [[1, 2, 3], [1]]);
        CompareCtc<Labels, float>(Labels.Create(seed: 4), 4, 1e-4, [3, 7, 0, 1, 5], [[1, 2, 3], [2, 2, 2, 3], [], [3], []]);
        CompareCtcOfManyTargets();
    }

    [Fact]
    public void CtcOfALongSequence_IsThatOfTheProcessor()
    {
        var random = new Random(7);
        int[][] targets = [[.. Enumerable.Range(0, 300).Select(_ => 1 + random.Next(3))], [.. Enumerable.Range(0, 20).Select(_ => 1 + random.Next(3))]];
        CompareCtc<Labels, float>(Labels.Create(seed: 6), 4, 2e-4, [640, 333], targets);
    }

    /// <summary>One block of threads computes all sequences, one after the other, in the same memory.</summary>
    [Fact]
    public void CtcWithLittleMemory_IsThatOfTheProcessor()
    {
        long most = CudaDevice.Default.MostCtcBytes;
        try
        {
            CudaDevice.Default.MostCtcBytes = 1;
            CompareCtcOfManyTargets();
        }
        finally
        {
            CudaDevice.Default.MostCtcBytes = most;
        }
    }

    /// <summary>More classes than threads of a block, a blank in their midst, and fewer time steps of outputs than of inputs and than labels.</summary>
    [Fact]
    public void CtcOfAStridedModel_IsThatOfTheProcessor() =>
        CompareCtc<ManyStridedLabels, float>(ManyStridedLabels.Create(seed: 8), 300, 1e-4, [9, 14, 3, 1], [[299, 0, 0], [5, 7, 5], [1, 2, 3], [17]]);

    /// <summary>Outputs that are no numbers make a loss that is none, and the metric of the processor.</summary>
    [Fact]
    public void CtcOfWhatIsNoNumber_IsThatOfTheProcessor()
    {
        Labels model = Labels.Create(seed: 3);
        model.Parameters.Fill(float.NaN);
        using SequenceRun<float, float, int> processor = model.CreateRun(2, 9), device = model.CreateRun(2, 9, CudaDevice.Default);
        foreach (SequenceRun<float, float, int> run in new[] { processor, device })
        {
            Assert.True(float.IsNaN(run.Forward(new SequenceBatch<float, int>(Numbers(2 * 8), [5, 3], [1, 2], [2, 0]), training: true)));
            run.Backward();
            Assert.Contains(run.Gradients.ToArray(), float.IsNaN);
        }

        Assert.Equal(processor.Metric, device.Metric);
    }

    /// <summary>As with other losses only two sums come down, and a step whose lengths come again is one graph, whatever its labels.</summary>
    [Fact]
    public void Ctc_StaysOnTheDevice()
    {
        Labels model = Labels.Create(seed: 3);
        using SequenceRun<float, float, int> processor = model.CreateRun(2, 9), run = model.CreateRun(2, 9, CudaDevice.Default);
        float[] inputs = Numbers(2 * 15);
        for (int time = 0; time < 3; time++)
        {
            int[] labels = time == 2 ? [3, 3, 1] : [1, 2, 3, 1];
            (long down, long graphs) = (FakeCuda.BytesDown, FakeCuda.GraphLaunches);
            var batch = new SequenceBatch<float, int>(inputs, [9, 6], labels, time == 2 ? [1, 2] : [3, 1]);
            float expected = processor.Forward(batch, training: true);
            Assert.InRange(run.Forward(batch, training: true), expected * 0.9999f, expected * 1.0001f);
            run.Backward();
            Assert.Equal(down + (2 * sizeof(double)), FakeCuda.BytesDown);
            Assert.Equal(time == 0 ? 0 : 2, FakeCuda.GraphLaunches - graphs);
        }
    }

    static void CompareCtcOfManyTargets() =>
        CompareCtc<LabelsThatMayNotFit, double>(LabelsThatMayNotFit.Create(seed: 5), 40, 1e-10, [4, 12, 2, 12, 0, 1], [[0, 0, 1, 1], [5, 7, 5, 39, 5, 7, 7], [1, 2, 1, 2], [.. Enumerable.Range(10, 12)], [1], [2, 2]]);

    static void CompareCtc<TModel, T>(TModel model, int classes, double tolerance, int[] lengths, int[][] targets)
        where TModel : class, ISequenceModel<TModel, T, T, int>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(classes, TModel.ModelInfo.OutputSize);
        T[] inputs = [.. Numbers(2 * lengths.Sum()).Select(T.CreateChecked)];
        int[] labels = [.. targets.SelectMany(target => target)], counts = [.. targets.Select(target => target.Length)];
        using SequenceRun<T, T, int> processor = model.NewRun(lengths.Length, lengths.Max(), 1), device = model.NewRun(lengths.Length, lengths.Max(), 1, device: CudaDevice.Default);
        foreach (bool training in new[] { false, true, true })
        {
            double[][] results = [.. new[] { processor, device }.Select(run =>
            {
                T loss = run.Forward(new SequenceBatch<T, int>(inputs, lengths, labels, counts), training);
                if (training) run.Backward();
                return (double[])[double.CreateChecked(loss), run.Metric, .. training ? run.Gradients.ToArray().Select(double.CreateChecked) : []];
            })];
            Assert.Equal(results[0][1], results[1][1]);
            Assert.InRange(results[1][0], results[0][0] - (tolerance * Math.Abs(results[0][0])), results[0][0] + (tolerance * Math.Abs(results[0][0])));
            Data.Agree<double>(results[0].AsSpan(2), results[1].AsSpan(2), tolerance);
        }
    }

    [Fact]
    public void Outputs_ComeDownWhenTheyAreRead()
    {
        Batch<float, int> batch = BatchOf<float, int>(Classes.ModelInfo, [4, 0, 3], 1);
        Classes model = Classes.Create(seed: 3);
        using SequenceRun<float, float, int> processor = model.CreateRun(3, 4), device = model.CreateRun(3, 4, CudaDevice.Default);
        processor.Forward(batch.Sequences, training: true);
        long before = FakeCuda.BytesDown;
        device.Forward(batch.Sequences, training: true);
        Assert.Equal(before + (2 * sizeof(double)), FakeCuda.BytesDown);
        Assert.Equal(processor.Metric, device.Metric);
        device.Backward();
        Assert.Equal(before + (2 * sizeof(double)), FakeCuda.BytesDown);
        float[] outputs = device.Outputs.ToArray();
        Data.Agree(processor.Outputs, outputs, 5e-5);
        long after = FakeCuda.BytesDown;
        Assert.Equal(outputs, device.Outputs.ToArray());
        Assert.Equal(after, FakeCuda.BytesDown);

        float[] predicted = new float[outputs.Length];
        device.Predict(batch.Inputs, batch.Lengths, predicted);
        Assert.Equal(outputs, predicted);
        Assert.Throws<InvalidOperationException>(() => device.Metric);
    }

    /// <summary>A step of a trainer, and a batch of an evaluation: every byte that goes over the bus.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Batches_MoveInputsTargetsAndFewNumbers(bool isAhead)
    {
        const int sequences = 4, timeSteps = 5, rows = sequences * timeSteps;
        float[] numbers = Numbers(3 * rows * 2);
        var data = new ArrayDataset<float, int>([.. numbers.Chunk(timeSteps * 2)], [.. Enumerable.Range(0, 3 * sequences).Select(b => new[] { 0, 1, 2, b % 5, 4 })], 2);
        List<(long Up, long Down)> batches = [];
        using var trainer = new Trainer<Classes>(Classes.Create(seed: 3), new TrainerOptions { BatchSize = sequences, Device = CudaDevice.Default, Progress = Count });
        CudaDevice.Default.UploadsAhead = isAhead;
        try
        {
            Assert.Single(trainer.Fit(data, 1));
        }
        finally
        {
            CudaDevice.Default.UploadsAhead = true;
        }

        // Up: inputs, tables of rows, the state that sequences begin with, targets and their weight, what masks are drawn from. Down: loss, metric, norm.
        const int tables = (3 * sequences) + timeSteps + (5 * rows);
        const long ofBatch = (4 * ((rows * 2) + tables + rows)) + 8, inItsTurn = (4 * 4) + 16;

        // With the second step of three goes up what the third one takes.
        Assert.Equal([((isAhead ? 2 : 1) * ofBatch + inItsTurn, 24), ((isAhead ? 0 : ofBatch) + inItsTurn, 24)], batches.Zip(batches.Skip(1)).Select(pair => (pair.Second.Up - pair.First.Up, pair.Second.Down - pair.First.Down)));

        Count(default!);
        trainer.Evaluate(data);
        Count(default!);
        Assert.Equal(3 * 16, batches[^1].Down - batches[^2].Down);

        void Count(TrainingProgress progress) => batches.Add((FakeCuda.BytesUp, FakeCuda.BytesDown));
    }

    static void Compare<TModel, T, TTarget>(double factor = 1)
        where TModel : class, ISequenceModel<TModel, T, T, TTarget>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        double tolerance = typeof(T) == typeof(float) ? 5e-5 : 1e-11;
        TModel model = TModel.Create(seed: 3);
        ScaleOutputs<TModel, T, TTarget>(model, T.CreateChecked(factor));
        using SequenceRun<T, T, TTarget> processor = model.NewRun(Most, Longest, 1), device = model.NewRun(Most, Longest, 1, device: CudaDevice.Default);
        foreach (int[] lengths in s_batches.Where(lengths => TModel.ModelInfo.LastStepOnly || lengths.Sum() > 0))
        {
            Batch<T, TTarget> batch = BatchOf<T, TTarget>(TModel.ModelInfo, lengths, factor);
            foreach (bool training in new[] { true, false, true })
            {
                T loss = device.Forward(batch.Sequences, training);
                Data.Agree<T>([processor.Forward(batch.Sequences, training)], [loss], tolerance);
                Assert.Equal(loss, device.Forward(batch.Sequences, training));
                Data.Agree<double>([processor.Metric], [device.Metric], tolerance);
                Data.Agree(processor.Outputs, device.Outputs, tolerance);
                if (!training) continue;
                processor.Backward();
                device.Backward();
                Data.Agree<T>(processor.Gradients, device.Gradients, 2 * tolerance);
            }
        }
    }

    static void ScaleOutputs<TModel, T, TTarget>(ISequenceModel<TModel, T, T, TTarget> model, T factor)
        where TModel : class, ISequenceModel<TModel, T, T, TTarget>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        foreach (ParameterInfo parameter in model.Info.Parameters.Where(parameter => parameter.Name.StartsWith("linear", StringComparison.Ordinal)))
        {
            var numbers = new T[parameter.Count];
            parameter.CopyTo<T>(model.Parameters, numbers);
            foreach (ref T number in numbers.AsSpan()) number *= factor;
            parameter.CopyFrom<T>(numbers, model.Parameters);
        }
    }

    /// <summary>Targets of every kind that the loss takes; some hit an output of 0.</summary>
    static Batch<T, TTarget> BatchOf<T, TTarget>(ModelInfo info, int[] lengths, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTarget : unmanaged
    {
        int rows = lengths.Sum(), targets = (info.LastStepOnly ? lengths.Length : rows) * info.TargetSize;
        T[] inputs = [.. Numbers(rows * info.InputSize).Select(T.CreateChecked)];
        if (info.Loss is CrossEntropyLoss loss)
        {
            IEnumerable<int> labels = Enumerable.Range(0, targets).Select(row => row % 4 == 3 && loss.IgnoreIndex is { } ignored ? ignored : row * 7 % info.OutputSize);
            return new(inputs, lengths, [.. labels.Cast<object>().Cast<TTarget>()]);
        }

        bool isShare = info.Loss is BinaryCrossEntropyLoss;
        IEnumerable<T> values = Numbers(targets, seed: 2).Select((value, i) => T.CreateChecked(isShare ? i % 3 == 0 ? i % 2 : Math.Abs(value) : i % 4 == 0 && factor == 0 ? 0 : value));
        return new(inputs, lengths, [.. values.Cast<object>().Cast<TTarget>()]);
    }
}
