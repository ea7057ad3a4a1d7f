using System.Numerics;
using FastSeq.Cuda.Tests.Support;
using FastSeq.Tests;

namespace FastSeq.Cuda.Tests.Training;

/// <summary>All masks: of tokens, of inputs, of what recurrent products read and of their weights, of the steps of units.</summary>
[SequenceModel]
[Embedding(20, 6, Dropout = 0.1f)]
[Dropout(0.2f, Variational = true)]
[Lstm(5, RecurrentDropout = 0.2f, Zoneout = 0.1f, CellZoneout = 0.2f)]
[Gru(4, WeightDrop = 0.2f)]
[Dropout(0.2f)]
[LastStep]
[Linear(3)]
[CrossEntropy]
public sealed partial class Masked;

/// <summary>Steps that are recorded, and done again by one launch.</summary>
public sealed class StepGraphTests : CudaTest
{
    static readonly ArrayDataset<float, float> s_means = Data.Means(24);
    static readonly ArrayDataset<int, int> s_tags = Data.Tags(24), s_ends = Data.Ends(24);

    [Fact]
    public void RecordedSteps_GiveTheSameBits()
    {
        // All sequences are one batch, whose shape is the same in every epoch; then batches of which some have a shape that comes again.
        foreach (int batchSize in new[] { 24, 2 })
        {
            Compare<Meter, float, float, float>(s_means, () => new TrainerOptions { Device = CudaDevice.Default, Optimizer = new AdamW(0.01) { DecaysVectors = false }, BatchSize = batchSize, ClipNorm = 0.5, Seed = 4 });
            Compare<Tagger, double, int, int>(s_tags, () => new TrainerOptions { Device = CudaDevice.Default, Optimizer = new Adam(0.01), BatchSize = batchSize, Schedule = new CosineSchedule(5) });
            Compare<Adapted, float, int, int>(s_ends, () => new TrainerOptions { Device = CudaDevice.Default, Optimizer = new Sgd(0.05, 0.5), BatchSize = batchSize, ClipValue = 0.01 });
            Compare<Masked, float, int, int>(s_ends, () => new TrainerOptions { Device = CudaDevice.Default, Optimizer = new Adam(0.01), BatchSize = batchSize, Seed = 7 });
        }
    }

    [Fact]
    public void TruncatedTraining_GivesTheSameBits()
    {
        Compare<Tagger, double, int, int>(s_tags, () => new TrainerOptions { Device = CudaDevice.Default, BatchSize = 12, Truncation = new TruncatedBackpropagation(2, 3) });
        Compare<Tagger, double, int, int>(s_tags, () => new TrainerOptions { Device = CudaDevice.Default, BatchSize = 12, Truncation = new TruncatedBackpropagation(2, 2) { CarryStates = true } });

        // Sequences of one length, so that windows have one shape, but begin with or without states, and with or without steps that have no loss.
        float[] numbers = Numbers(8 * 10 * 4);
        var data = new ArrayDataset<float, float>([.. numbers.Take(8 * 10 * 3).Chunk(30)], [.. numbers.Skip(8 * 10 * 3).Chunk(10)], 3);
        Compare<Convolved, float, float, float>(data, () => new TrainerOptions { Device = CudaDevice.Default, BatchSize = 4, Truncation = new TruncatedBackpropagation(2, 5) });
    }

    [Fact]
    public void MasksOfRecordedSteps_AreThoseOfTheProcessor()
    {
        // Another iteration draws other masks, another seed, too.
        Batch<int, int> batch = Data.BatchOf(s_ends, 1);
        Masked model = Masked.Create(seed: 1);
        using SequenceRun<float, int, int> processor = model.CreateRun(24, 7), device = model.CreateRun(24, 7, CudaDevice.Default);
        HashSet<float> losses = [];
        for (int step = 0; step < 6; step++)
        {
            processor.DropoutSeed = device.DropoutSeed = step < 4 ? 3u : 5u;
            float loss = device.Forward(batch.Sequences, training: true);
            Data.Agree<float>([processor.Forward(batch.Sequences, training: true)], [loss], 5e-5);
            processor.Backward();
            device.Backward();
            Data.Agree<float>(processor.Gradients, device.Gradients, 1e-4);
            Assert.True(losses.Add(loss));
        }
    }

    [Fact]
    public void OtherShapes_AreOtherGraphs()
    {
        // More shapes than graphs; some differ in one length only, and each has other tokens whenever it comes. Evaluations come between.
        Tagger model = Tagger.Create(seed: 1);
        var random = new Random(1);
        using SequenceRun<double, int, int> processor = model.CreateRun(3, 9), device = model.CreateRun(3, 9, CudaDevice.Default);
        long before = FakeCuda.GraphLaunches;
        for (int round = 0; round < 4; round++)
        {
            for (int shape = 0; shape < StepGraphs.Most + 5; shape++)
            {
                int[] lengths = [1 + (shape % 8), 3 + (shape / 8), 2];
                int[] tokens = [.. Enumerable.Range(0, lengths.Sum()).Select(_ => random.Next(shape % 2 == 0 ? 4 : 3000))];
                var batch = new Batch<int, int>(tokens, lengths, [.. tokens.Select(token => token % 4)]);
                bool training = shape % 3 > 0;
                Data.Agree<double>([processor.Forward(batch.Sequences, training), processor.Metric], [device.Forward(batch.Sequences, training), device.Metric], 1e-11);
                Data.Agree(processor.Outputs, device.Outputs, 1e-11);
                if (!training) continue;
                processor.Backward();
                device.Backward();
                Data.Agree<double>(processor.Gradients, device.Gradients, 1e-11);
            }
        }

        Assert.True(FakeCuda.GraphLaunches > before);
    }

    [Fact]
    public void GraphsThatAreOutOfUse_MakeRoom()
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(8);
        using var graphs = new StepGraphs(queue, isOn: true, 2);
        CudaKernel scale = queue.Kernel("scale");
        int done = 0;
        Action work = () =>
        {
            done++;
            queue.Launch(scale, 1, memory.Pointer, 1, 2.0);
        };
        for (int length = 1; length <= StepGraphs.Most + 2; length++)
        {
            for (int time = 0; time < 3; time++) Do(length);
        }

        // Launched, recorded, and not called any more; where there is no room, launched.
        Assert.Equal((2 * StepGraphs.Most) + 6, done);
        for (int time = 0; time < StepGraphs.Kept; time++) Do(1);
        Assert.Equal((2 * StepGraphs.Most) + 6, done);
        Do(StepGraphs.Most + 1);
        Do(StepGraphs.Most + 1);
        Assert.Equal((2 * StepGraphs.Most) + 7, done);

        // Its graph has taken the place of the second, that of the first was in use.
        Do(1);
        Assert.Equal((2 * StepGraphs.Most) + 7, done);
        Do(2);
        Assert.Equal((2 * StepGraphs.Most) + 8, done);

        void Do(int length)
        {
            float[] number = [1];
            queue.Upload<float>(number, memory.Pointer);
            graphs.Do([length, 1], default, work);
            queue.Download<float>(memory.Pointer, number);
            Assert.Equal(2, number[0]);
        }
    }

    /// <summary>All that decides what is launched tells graphs apart.</summary>
    [Fact]
    public void OtherKinds_AreOtherGraphs()
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(8);
        using var graphs = new StepGraphs(queue, isOn: true, 2);
        CudaKernel scale = queue.Kernel("scale");
        StepKind kind = default;
        StepKind[] kinds = [kind, kind with { Work = StepWork.Both }, kind with { Training = true }, kind with { HasStates = true }, kind with { StatesAfter = 3 }, kind with { FirstLossRow = 3 }];
        for (int time = 0; time < 4; time++)
        {
            for (int index = 0; index < kinds.Length; index++)
            {
                float[] number = [1];
                queue.Upload<float>(number, memory.Pointer);
                double factor = 2 + index;
                graphs.Do([2, 1], kinds[index], () => queue.Launch(scale, 1, memory.Pointer, 1, factor));
                queue.Download<float>(memory.Pointer, number);
                Assert.Equal((float)factor, number[0]);
            }
        }
    }

    /// <summary>The second step of a shape is recorded: from then on a step is one graph, and the optimizer's kernel.</summary>
    [Fact]
    public void Steps_AreOneLaunch()
    {
        List<(long Graphs, long Kernels)> steps = [];
        using var trainer = new Trainer<Meter>(Meter.Create(seed: 1), new TrainerOptions
        {
            BatchSize = 4,
            Device = CudaDevice.Default,
            Progress = _ => steps.Add((FakeCuda.GraphLaunches, FakeCuda.KernelLaunches)),
        });
        steps.Add((FakeCuda.GraphLaunches, FakeCuda.KernelLaunches));
        var data = new ArrayDataset<float, float>([.. Numbers(16 * 15).Chunk(15)], Numbers(16), 3);
        Assert.Single(trainer.Fit(data, 1));
        Assert.Equal([0, 1, 1, 1], Differences(step => step.Graphs));
        long[] kernels = [.. Differences(step => step.Kernels)];
        Assert.True(kernels[0] > 10, $"{kernels[0]} kernels in the first step");
        Assert.Equal([1, 1, 1], kernels[1..]);

        IEnumerable<long> Differences(Func<(long Graphs, long Kernels), long> of) => steps.Zip(steps.Skip(1)).Select(pair => of(pair.Second) - of(pair.First));
    }

    [Fact]
    public void RecordedSteps_AllocateNothing()
    {
        using SequenceRun<double, int, int> run = Tagger.Create(seed: 1).CreateRun(24, 7, CudaDevice.Default);
        Batch<int, int> batch = Data.BatchOf(s_tags, 1);
        var rule = new Adam();
        long graphs = FakeCuda.GraphLaunches;
        Assert.Equal(0, LeastAllocation.Of(() =>
        {
            for (int step = 0; step < 10; step++)
            {
                run.Forward(batch.Sequences, training: true);
                run.Backward();
                run.Update(rule);
                run.Forward(batch.Sequences, training: false);
            }
        }));
        Assert.True(FakeCuda.GraphLaunches - graphs >= 57);
    }

    [Theory]
    [InlineData("cuStreamBeginCapture_v2", 900)]
    [InlineData("cuStreamBeginCapture_v2", 801)]
    [InlineData("cuGraphInstantiateWithFlags", 2)]
    [InlineData("cuGraphInstantiateWithFlags", 801)]
    [InlineData("cublasSgemm_v2", 13)]
    public void StepsThatAreNotRecorded_AreLaunched(string function, int status)
    {
        Meter expected = Meter.Create(seed: 1), actual = Meter.Create(seed: 1);
        Train(expected, () => { });
        long graphs = FakeCuda.GraphLaunches;
        Train(actual, () => FakeCuda.Fail(function, status));
        Assert.Equal(graphs, FakeCuda.GraphLaunches);
        Assert.Equal(expected.Parameters, actual.Parameters);

        static void Train(Meter model, Action afterTheFirst)
        {
            using var trainer = new Trainer<Meter>(model, new TrainerOptions { BatchSize = 24, Device = CudaDevice.Default });
            foreach (EpochReport report in trainer.Fit(s_means, 4))
            {
                if (report.Epoch == 1) afterTheFirst();
            }
        }
    }

    [Fact]
    public void GraphThatFails_IsThrown()
    {
        Meter model = Meter.Create(seed: 1);
        using var trainer = new Trainer<Meter>(model, new TrainerOptions { BatchSize = 24, Device = CudaDevice.Default });
        Assert.Equal(3, trainer.Fit(s_means, 3).Count());
        FakeCuda.Fail("cuGraphLaunch", 2);
        Assert.Equal("cuGraphLaunch", Assert.Throws<CudaException>(() => trainer.Fit(s_means, 1).Count()).Function);
    }

    static void Compare<TModel, T, TInput, TTarget>(SequenceDataset<TInput, TTarget> data, Func<TrainerOptions> options)
        where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        long before = FakeCuda.GraphLaunches;
        double[] launched = Train(false);
        Assert.Equal(before, FakeCuda.GraphLaunches);
        double[] recorded = Train(true);
        Assert.True(FakeCuda.GraphLaunches >= before + 3);
        Assert.Equal(launched, recorded);

        double[] Train(bool records)
        {
            CudaDevice.Default.RecordsSteps = records;
            try
            {
                TModel model = TModel.Create(seed: 1);
                using var trainer = new Trainer<TModel>(model, options());
                return Data.Fit<TModel, T, TInput, TTarget>(model, trainer, data, epochs: 5);
            }
            finally
            {
                CudaDevice.Default.RecordsSteps = true;
            }
        }
    }
}
