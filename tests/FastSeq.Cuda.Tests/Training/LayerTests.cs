using FastSeq.Cuda.Tests.Support;

namespace FastSeq.Cuda.Tests.Training;

[SequenceModel]
[Input(3)]
[Gru(6, Bias = false)]
[Gru(6)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class UnbiasedFirst;

[SequenceModel]
[Input(3)]
[Gru(6)]
[Gru(6, Bias = false)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class BiasedFirst;

[SequenceModel]
[Input(3)]
[Conv1d(4, 3)]
[Gru(6)]
[Linear(1)]
[MeanSquaredError]
public sealed partial class Convolved;

/// <summary>Layers that other models have only one by one.</summary>
public sealed class LayerTests : CudaTest
{
    const int Sequences = 4, TimeSteps = 10;

    [Fact]
    public void CellsThatDifferInTheirBiasesAlone_MatchTheProcessor()
    {
        Compare(new UnbiasedFirst(seed: 3), 2);
        Compare(new BiasedFirst(seed: 3), 2);
    }

    [Fact]
    public void Convolution_AllocatesNothing()
    {
        using SequenceRun<float, float, float> run = new Convolved(seed: 3).CreateRun(Sequences, TimeSteps, CudaDevice.Default);
        Batch<float, float> batch = BatchOf(1);
        var rule = new AdamW(0.001);
        for (int step = 0; step < 3; step++) Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < 20; step++) Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Step()
        {
            run.Forward(batch.Sequences, training: true);
            run.Backward();
            run.Update(rule);
        }
    }

    /// <summary>Windows that overlap go on from where the next one begins, not from where the last one ends; what a convolution keeps, too. The steps are so small that the weights stay.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OverlappingWindowsOfAConvolution_HaveTheLossOfTheWhole(bool onDevice)
    {
        Batch<float, float> all = BatchOf(1);
        var data = new ArrayDataset<float, float>([.. all.Inputs.Chunk(3 * TimeSteps)], [.. all.Targets.Chunk(TimeSteps)], 3);
        var model = new Convolved(seed: 3);
        double whole, windows;
        using (var trainer = new Trainer<Convolved>(model, new TrainerOptions { Device = onDevice ? CudaDevice.Default : null }))
        {
            whole = trainer.Evaluate(data).Loss;
        }

        var options = new TrainerOptions { Optimizer = new Sgd(1e-12), BatchSize = Sequences, Truncation = new TruncatedBackpropagation(2, 5), Device = onDevice ? CudaDevice.Default : null };
        using (var trainer = new Trainer<Convolved>(model, options))
        {
            windows = trainer.Fit(data, epochs: 1).Single().Loss;
        }

        Assert.Equal(whole, windows, 1e-6 * whole);
    }

    [Fact]
    public void TrainerWhoseDeviceHadNoMemory_GoesOnWithLess()
    {
        using var trainer = new Trainer<Convolved>(new Convolved(seed: 3), new TrainerOptions { Device = CudaDevice.Default });
        double loss = trainer.Evaluate(DataOf(2, 5)).Loss;
        FakeCuda.Fail("cuMemAlloc_v2", 2, after: 3);
        Assert.Throws<CudaException>(() => trainer.Evaluate(DataOf(4, 10)));
        Assert.Equal(loss, trainer.Evaluate(DataOf(2, 5)).Loss);
    }

    static ArrayDataset<float, float> DataOf(int sequences, int timeSteps)
    {
        Batch<float, float> all = BatchOf(1);
        return new ArrayDataset<float, float>([.. all.Inputs.Chunk(3 * timeSteps).Take(sequences)], [.. all.Targets.Chunk(timeSteps).Take(sequences)], 3);
    }

    static Batch<float, float> BatchOf(int targets) =>
        new(Numbers(Sequences * TimeSteps * 3), [.. Enumerable.Repeat(TimeSteps, Sequences)], Numbers(Sequences * TimeSteps * targets, seed: 2));

    static void Compare<TModel>(TModel model, int targets)
        where TModel : class, ISequenceModel<TModel, float, float, float>
    {
        Batch<float, float> batch = BatchOf(targets);
        using SequenceRun<float, float, float> processor = model.NewRun(Sequences, TimeSteps, 1), device = model.NewRun(Sequences, TimeSteps, 1, device: CudaDevice.Default);
        foreach (SequenceRun<float, float, float> run in new[] { processor, device })
        {
            run.Forward(batch.Sequences, training: true);
            run.Backward();
        }

        Data.Agree(processor.Outputs, device.Outputs, 1e-5);
        Data.Agree<float>(processor.Gradients, device.Gradients, 1e-4);
    }
}
