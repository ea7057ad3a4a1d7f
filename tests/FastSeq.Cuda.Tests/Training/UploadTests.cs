using System.Numerics;
using FastSeq.Cuda.Tests.Support;

namespace FastSeq.Cuda.Tests.Training;

/// <summary>The next batch of a trainer goes up while the current one is computed: whenever the device does what it may do at another time, the numbers are the same.</summary>
public sealed class UploadTests : CudaTest
{
    static readonly ArrayDataset<float, float> s_means = Data.Means(26);
    static readonly ArrayDataset<int, int> s_tags = Data.Tags(26), s_ends = Data.Ends(26);

    public override void Dispose()
    {
        FakeCuda.Hasten(false);
        CudaDevice.Default.UploadsAhead = CudaDevice.Default.RecordsSteps = true;
        base.Dispose();
    }

    /// <summary>Copies as late as streams allow, then as early: what does not wait for them, or they for it, gets other numbers.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void UploadsAhead_GiveTheSameBits(bool isHasty, bool records)
    {
        FakeCuda.Hasten(isHasty);
        CudaDevice.Default.RecordsSteps = records;

        // The last batch of an epoch is a smaller one; some lengths come again.
        Compare<Meter, float, float, float>(s_means, () => new TrainerOptions { Optimizer = new Adam(0.01), Device = CudaDevice.Default, BatchSize = 4, ClipNorm = 0.5, Seed = 4 });
        Compare<Meter, float, float, float>(s_means, () => new TrainerOptions { Optimizer = new Adam(0.01), Device = CudaDevice.Default, MaxTokensPerBatch = 14, Seed = 4 });
        Compare<Tagger, double, int, int>(s_tags, () => new TrainerOptions { Optimizer = new Adam(0.01), Device = CudaDevice.Default, BatchSize = 8 });
        Compare<Masked, float, int, int>(s_ends, () => new TrainerOptions { Optimizer = new Adam(0.01), Device = CudaDevice.Default, BatchSize = 2, Seed = 7 });
        Compare<Convolved, float, float, float>(Rows(), () => new TrainerOptions { Optimizer = new Adam(0.01), Device = CudaDevice.Default, BatchSize = 4 });

        // Windows go up in their turn.
        Compare<Tagger, double, int, int>(s_tags, () => new TrainerOptions { Optimizer = new Adam(0.01), Device = CudaDevice.Default, BatchSize = 12, Truncation = new TruncatedBackpropagation(2, 2) { CarryStates = true } });
    }

    /// <summary>What happens between two batches: evaluations of the trainer, which take the place of the batch that waits.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EvaluationsBetweenBatches_ChangeNothing(bool isHasty)
    {
        FakeCuda.Hasten(isHasty);
        double[] expected = Train<Meter, float, float, float>(s_means, () => new TrainerOptions { Optimizer = new Adam(0.01), Device = CudaDevice.Default, BatchSize = 4 }, ahead: false);
        Meter model = Meter.Create(seed: 1);
        Trainer<Meter>? trainer = null;
        int batch = 0;
        using (trainer = new Trainer<Meter>(model, new TrainerOptions
        {
            Optimizer = new Adam(0.01),
            BatchSize = 4,
            Device = CudaDevice.Default,
            Progress = _ =>
            {
                if (batch++ % 2 == 0) trainer!.Evaluate(s_means);
            },
        }))
        {
            Assert.Equal(expected, Data.Fit<Meter, float, float, float>(model, trainer, s_means, epochs: 3));
        }
    }

    /// <summary>A batch that waits when training ends is not taken for the first one of the next.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void CancelledTraining_LeavesNoBatchBehind(bool isHasty)
    {
        FakeCuda.Hasten(isHasty);
        Assert.Equal(Train(false), Train(true));

        static double[] Train(bool ahead)
        {
            CudaDevice.Default.UploadsAhead = ahead;
            Tagger model = Tagger.Create(seed: 1);
            using var cancellation = new CancellationTokenSource();
            int batch = 0;
            using var trainer = new Trainer<Tagger>(model, new TrainerOptions
            {
                BatchSize = 8,
                Device = CudaDevice.Default,
                Progress = _ =>
                {
                    if (++batch == 2) cancellation.Cancel();
                },
            });
            Assert.Throws<OperationCanceledException>(() => trainer.Fit(s_tags, 1, cancellation.Token).Count());
            EpochReport report = trainer.Fit(s_tags, 1).Single();
            return [report.Loss, report.GradientNorm, .. model.Parameters];
        }
    }

    /// <summary>The trainer is given back with a copy under way; what it took is counted when the test ends.</summary>
    [Fact]
    public void DisposalWhileABatchGoesUp_GivesAllBack()
    {
        var trainer = new Trainer<Meter>(Meter.Create(seed: 1), new TrainerOptions
        {
            BatchSize = 4,
            Device = CudaDevice.Default,
            Progress = progress =>
            {
                // The third batch has begun to go up.
                if (progress.Batch == 2) throw new FormatException("mine");
            },
        });
        Assert.Equal("mine", Assert.Throws<FormatException>(() => trainer.Fit(s_means, 1).Count()).Message);
        trainer.Dispose();
    }

    /// <summary>A copy ahead that fails is done again in its turn; where there is no memory for a second batch, all are.</summary>
    [Theory]
    [InlineData("cuMemAlloc_v2", 2)]
    [InlineData("cuStreamCreate", 2)]
    [InlineData("cuStreamWaitEvent", 1)]
    [InlineData("cuMemcpyHtoDAsync_v2", 1)]
    public void FailedUploadAhead_IsDoneInItsTurn(string function, int status)
    {
        double[] expected = Train<Meter, float, float, float>(s_means, () => new TrainerOptions { Optimizer = new Adam(0.01), Device = CudaDevice.Default, BatchSize = 4 }, ahead: false);
        bool hasFailed = false;
        int steps = 0;
        long launches = FakeCuda.KernelLaunches;
        double[] actual = Train<Meter, float, float, float>(new Watched(s_means, () =>
        {
            // After the launches of the second step and of later ones the next batch is read, and then goes up.
            bool isAhead = FakeCuda.KernelLaunches > launches + 10 && ++steps > 1;
            launches = FakeCuda.KernelLaunches;
            if (!isAhead || hasFailed) return;
            FakeCuda.Fail(function, status);
            hasFailed = true;
        }), () => new TrainerOptions { Optimizer = new Adam(0.01), Device = CudaDevice.Default, BatchSize = 4 }, ahead: true);
        Assert.True(hasFailed);
        Assert.Equal(expected, actual);
    }

    /// <summary>The next batch is read, and its copy begun, before anybody waits for the loss of the current one.</summary>
    [Fact]
    public void NextBatch_IsReadBeforeTheLossComesDown()
    {
        Assert.Equal((1, 2), (TimesOfReading(ahead: true), TimesOfReading(ahead: false)));

        // How often numbers come down between the sequences of two batches, and once.
        static int TimesOfReading(bool ahead)
        {
            List<long> down = [];
            Train<Meter, float, float, float>(new Watched(s_means, () => down.Add(FakeCuda.BytesDown)), () => new TrainerOptions { Optimizer = new Adam(0.01), Device = CudaDevice.Default, BatchSize = 13 }, ahead, epochs: 2, validates: false);
            return down.TakeLast(s_means.Count).Distinct().Count();
        }
    }

    [Fact]
    public void StepsWithUploadsAhead_AllocateNothing()
    {
        List<long> allocated = new(200);
        using var trainer = new Trainer<Tagger>(Tagger.Create(seed: 1), new TrainerOptions
        {
            BatchSize = 8,
            Device = CudaDevice.Default,
            Progress = _ => allocated.Add(GC.GetAllocatedBytesForCurrentThread()),
        });
        Assert.Equal(10, trainer.Fit(s_tags, 10).Count());

        // From the second batch of an epoch to its last.
        Assert.Contains(Enumerable.Range(5, 5), epoch => allocated[(4 * epoch) + 3] == allocated[4 * epoch]);
    }

    static ArrayDataset<float, float> Rows()
    {
        float[] numbers = Numbers(10 * 10 * 4);
        return new ArrayDataset<float, float>([.. numbers.Take(300).Chunk(30)], [.. numbers.Skip(300).Chunk(10)], 3);
    }

    static void Compare<TModel, T, TInput, TTarget>(SequenceDataset<TInput, TTarget> data, Func<TrainerOptions> options)
        where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TInput : unmanaged
        where TTarget : unmanaged =>
        Assert.Equal(Train<TModel, T, TInput, TTarget>(data, options, ahead: false), Train<TModel, T, TInput, TTarget>(data, options, ahead: true));

    static double[] Train<TModel, T, TInput, TTarget>(SequenceDataset<TInput, TTarget> data, Func<TrainerOptions> options, bool ahead, int epochs = 3, bool validates = true)
        where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        CudaDevice.Default.UploadsAhead = ahead;
        TModel model = TModel.Create(seed: 1);
        using var trainer = new Trainer<TModel>(model, options());
        return Data.Fit<TModel, T, TInput, TTarget>(model, trainer, data, epochs, validates);
    }

    /// <summary>A dataset that says when a sequence is read.</summary>
    sealed class Watched(SequenceDataset<float, float> data, Action read) : SequenceDataset<float, float>
    {
        public override int Count => data.Count;

        public override int LengthOf(int index) => data.LengthOf(index);

        public override ReadOnlySpan<float> TargetOf(int index) => data.TargetOf(index);

        public override ReadOnlySpan<float> InputOf(int index)
        {
            read();
            return data.InputOf(index);
        }
    }
}
