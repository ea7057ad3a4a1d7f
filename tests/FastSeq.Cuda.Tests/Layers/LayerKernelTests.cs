using System.Numerics;
using FastSeq.Cuda.Tests.Support;
using FastSeq.Cuda.Tests.Training;

namespace FastSeq.Cuda.Tests.Layers;

/// <summary>Kernels of whole layers compute what the steps one by one and the processor compute, however they are shared out and in whatever order their threads run.</summary>
public sealed class LayerKernelTests : CudaTest
{
    const int LongestTime = 6;

    // Longest first and not; empty ones; more rows than a tile, and than two; one sequence, one time step.
    static readonly int[][] s_batches = [[6, 3, 6, 0, 1], [1], [5], [2, 2, 2, 2, 2, 2, 2, 2, 2], [0, 1], [1, 6, 4, 4, 2, 6, 3, 5, 0, 1, 2, 6, 6, 5, 4, 3, 2, 1]];

    // For tiles of 32 rows: several, of which some end early, in blocks that end earlier than others.
    static readonly int[][] s_largeBatches = [.. s_batches, [.. Enumerable.Range(0, 75).Select(b => 1 + (b * 5 % LongestTime)), 0]];

    readonly DeviceLimits _limits = CudaDevice.Default.Limits;

    [Theory]
    [InlineData(2, 232448, false)]
    [InlineData(20, 3 << 10, true)]
    public void SmallCells(int multiprocessors, int shared, bool waits) => Compare(new Small(seed: 1), multiprocessors, shared, waits);

    [Theory]
    [InlineData(2, 232448, false)]
    [InlineData(12, 32 << 10, true)]
    [InlineData(40, 24 << 10, true)]
    public void LstmBothWaysAndStacked(int multiprocessors, int shared, bool waits) => Compare(new BothWays(seed: 2), multiprocessors, shared, waits);

    [Theory]
    [InlineData(2, 232448, false)]
    [InlineData(16, 100 << 10, true)]
    [InlineData(60, 60 << 10, true)]
    public void GruAndReversedRnn(int multiprocessors, int shared, bool waits) => Compare(new Wide(seed: 3), multiprocessors, shared, waits);

    [Theory]
    [InlineData(2, 232448, true)]
    [InlineData(32, 60 << 10, true)]
    public void LstmWithLearnedStates(int multiprocessors, int shared, bool waits) => Compare(new Large(seed: 4), multiprocessors, shared, waits);

    [Theory]
    [InlineData(2, 232448, false)]
    [InlineData(40, 14 << 10, true)]
    public void OptionsOfCells(int multiprocessors, int shared, bool waits) => Compare(new Various(seed: 5), multiprocessors, shared, waits);

    [Theory]
    [InlineData(2, 232448, false)]
    [InlineData(40, 40 << 10, true)]
    public void Doubles(int multiprocessors, int shared, bool waits) => Compare<Exact, double>(new Exact(seed: 6), multiprocessors, shared, waits, 1e-12);

    [Theory]
    [InlineData(ProductPrecision.TensorFloat32, 2, 232448, false)]
    [InlineData(ProductPrecision.BFloat16, 2, 232448, false)]
    public void SmallCellsOnTensorCores(ProductPrecision precision, int multiprocessors, int shared, bool waits) => CompareTensors(new Small(seed: 1), precision, multiprocessors, shared, waits);

    [Theory]
    [InlineData(ProductPrecision.TensorFloat32, 2, 232448, false)]
    [InlineData(ProductPrecision.TensorFloat32, 40, 40 << 10, true)]
    [InlineData(ProductPrecision.BFloat16, 2, 232448, false)]
    [InlineData(ProductPrecision.BFloat16, 40, 20 << 10, true)]
    public void LstmBothWaysOnTensorCores(ProductPrecision precision, int multiprocessors, int shared, bool waits) => CompareTensors(new BothWays(seed: 2), precision, multiprocessors, shared, waits);

    [Theory]
    [InlineData(ProductPrecision.TensorFloat32, 60, 100 << 10, true)]
    [InlineData(ProductPrecision.BFloat16, 2, 232448, false)]
    [InlineData(ProductPrecision.BFloat16, 60, 60 << 10, true)]
    [InlineData(ProductPrecision.TensorFloat32, 9, 80 << 10, true)]
    public void GruAndReversedRnnOnTensorCores(ProductPrecision precision, int multiprocessors, int shared, bool waits) => CompareTensors(new Wide(seed: 3), precision, multiprocessors, shared, waits);

    [Theory]
    [InlineData(ProductPrecision.TensorFloat32, 40, 120 << 10, true)]
    [InlineData(ProductPrecision.BFloat16, 40, 80 << 10, true)]
    public void LstmWithLearnedStatesOnTensorCores(ProductPrecision precision, int multiprocessors, int shared, bool waits) =>
        CompareTensors(new Large(seed: 4), precision, multiprocessors, shared, waits);

    [Theory]
    [InlineData(ProductPrecision.TensorFloat32, 2, 232448, false)]
    [InlineData(ProductPrecision.BFloat16, 40, 10 << 10, true)]
    public void OptionsOfCellsOnTensorCores(ProductPrecision precision, int multiprocessors, int shared, bool waits) => CompareTensors(new Various(seed: 5), precision, multiprocessors, shared, waits);

    /// <summary>A Turing GPU has no tensor instructions of these precisions: its whole layers multiply as float32, in text that it can be compiled for.</summary>
    [Fact]
    public Task OlderDevices_MultiplyExactly() => Child.Run(typeof(LayerKernelTests), new() { ["FASTSEQ_FAKE_CAPABILITY"] = "75", [FakeCuda.PathVariable] = Child.IsThis ? null : FakeCuda.Folder }, () =>
    {
        CudaDevice device = CudaDevice.Default;
        Assert.Equal(new Version(7, 5), device.ComputeCapability);
        Assert.Equal(ProductPrecision.Float32, device.LayerPrecisionFor(ProductPrecision.BFloat16, isDouble: false));
        (device.ProductPrecision, device.UsesLayerKernels) = (ProductPrecision.BFloat16, true);
        Wide model = new(seed: 3);
        using SequenceRun<float, float, float> processor = model.CreateRun(5, LongestTime), layers = model.CreateRun(5, LongestTime, device);
        Batch<float, float> batch = BatchOf<float>(s_batches[0]);
        Take(processor, batch, training: true);
        Take(layers, batch, training: true);
        Data.Agree(processor.Outputs, layers.Outputs, 4.0 / 256);
        Data.Agree<float>(processor.Gradients, layers.Gradients, 20.0 / 256);
    });

    [Fact]
    public void LayersThatDoNotQualify_GoStepByStep()
    {
        Assert.Equal(LaunchesOf(new Unfit(seed: 7), uses: false), LaunchesOf(new Unfit(seed: 7), uses: true));
        Assert.True(LaunchesOf(new Wide(seed: 7), uses: true).Plain < LaunchesOf(new Wide(seed: 7), uses: false).Plain);
    }

    [Fact]
    public void DeviceWithoutRoom_GoesStepByStep()
    {
        (long Plain, long Together) expected = LaunchesOf(new Large(seed: 7), uses: false);
        CudaDevice.Default.Limits = new DeviceLimits(2, 48 << 10, LaunchesTogether: true);
        Assert.Equal(expected, LaunchesOf(new Large(seed: 7), uses: true));
        CudaDevice.Default.Limits = new DeviceLimits(132, 232448, LaunchesTogether: false);
        Assert.Equal(expected, LaunchesOf(new Large(seed: 7), uses: true));
    }

    public override void Dispose()
    {
        CudaDevice.Default.Limits = _limits;
        CudaDevice.Default.UsesLayerKernels = null;
        CudaDevice.Default.ProductPrecision = ProductPrecision.Float32;
        if (FakeCuda.Missing is null && !Child.IsThis)
        {
            FakeCuda.SetMultiprocessors(2);
            FakeCuda.Shuffle(0);
        }

        base.Dispose();
    }

    static (long Plain, long Together) LaunchesOf<TModel>(TModel model, bool uses)
        where TModel : class, ISequenceModel<TModel, float, float, float>
    {
        CudaDevice.Default.UsesLayerKernels = uses;
        using SequenceRun<float, float, float> run = model.NewRun(2, LongestTime, 1, device: CudaDevice.Default);
        (long plain, long together) = FakeCuda.Launches;
        run.Forward(BatchOf<float>([4, 3]).Sequences, training: true);
        run.Backward();
        return (FakeCuda.Launches.Plain - plain, FakeCuda.Launches.Together - together);
    }

    static void Compare<TModel>(TModel model, int multiprocessors, int shared, bool expectsWaiting)
        where TModel : class, ISequenceModel<TModel, float, float, float> => Compare<TModel, float>(model, multiprocessors, shared, expectsWaiting, 2e-5);

    // Factors of 11 or 8 bits on both sides, in sums of other orders: a factor that another order rounds the other way is off by one of its last bits, and a tensor by some of that.
    static void CompareTensors<TModel>(TModel model, ProductPrecision precision, int multiprocessors, int shared, bool expectsWaiting)
        where TModel : class, ISequenceModel<TModel, float, float, float>
    {
        CudaDevice.Default.ProductPrecision = precision;
        double unit = precision == ProductPrecision.BFloat16 ? 1.0 / 256 : 1.0 / 2048;
        Compare<TModel, float>(model, multiprocessors, shared, expectsWaiting, s_largeBatches, 4 * unit, unit / 8);
    }

    static void Compare<TModel, T>(TModel model, int multiprocessors, int shared, bool expectsWaiting, double tolerance)
        where TModel : class, ISequenceModel<TModel, T, T, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Compare<TModel, T>(model, multiprocessors, shared, expectsWaiting, s_batches, tolerance, tolerance);

    static void Compare<TModel, T>(TModel model, int multiprocessors, int shared, bool expectsWaiting, int[][] batches, double tolerance, double stepTolerance)
        where TModel : class, ISequenceModel<TModel, T, T, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int most = batches.Max(lengths => lengths.Length);
        CudaDevice device = CudaDevice.Default;
        device.Limits = new DeviceLimits(multiprocessors, shared, LaunchesTogether: true);
        FakeCuda.SetMultiprocessors(multiprocessors);
        using SequenceRun<T, T, T> processor = model.NewRun(most, LongestTime, 1);
        device.UsesLayerKernels = false;
        using SequenceRun<T, T, T> steps = model.NewRun(most, LongestTime, 1, device: device);
        device.UsesLayerKernels = true;
        using SequenceRun<T, T, T> layers = model.NewRun(most, LongestTime, 1, device: device);
        long together = FakeCuda.Launches.Together, ofSteps = 0, ofLayers = 0;
        ulong seed = 0;
        foreach (int[] lengths in batches)
        {
            Batch<T, T> batch = BatchOf<T>(lengths);
            foreach (bool training in new[] { false, true })
            {
                T[]? first = null;
                for (int time = 0; time < (lengths.Length > 32 ? 1 : 3); time++)
                {
                    // All of them each time: masks are drawn by how often a run has been trained.
                    FakeCuda.Shuffle(0);
                    Take(processor, batch, training);
                    ofSteps += LaunchesOf(steps, batch, training);
                    FakeCuda.Shuffle(seed++);
                    ofLayers += LaunchesOf(layers, batch, training);
                    Data.Agree(processor.Outputs, layers.Outputs, tolerance);
                    Data.Agree(steps.Outputs, layers.Outputs, stepTolerance);
                    T[] results = [.. layers.Outputs, .. training ? layers.Gradients : []];
                    if (training)
                    {
                        Data.Agree<T>(processor.Gradients, layers.Gradients, 5 * tolerance);
                        Data.Agree<T>(steps.Gradients, layers.Gradients, 5 * stepTolerance);
                    }

                    first ??= results;
                    if (typeof(TModel) != typeof(Various)) Assert.Equal(first, results);
                }
            }
        }

        Assert.True(ofLayers < ofSteps, $"{ofLayers} launches, step by step {ofSteps}");
        Assert.Equal(expectsWaiting, FakeCuda.Launches.Together > together);
    }

    static long LaunchesOf<T>(SequenceRun<T, T, T> run, Batch<T, T> batch, bool training)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long before = FakeCuda.Launches.Plain;
        Take(run, batch, training);
        return FakeCuda.Launches.Plain - before;
    }

    static void Take<T>(SequenceRun<T, T, T> run, Batch<T, T> batch, bool training)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        run.Forward(batch.Sequences, training);
        if (training) run.Backward();
    }

    static Batch<T, T> BatchOf<T>(int[] lengths)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int steps = lengths.Sum();
        return new([.. Numbers(steps * 3).Select(T.CreateChecked)], lengths, [.. Numbers(steps * 2, seed: 2).Select(T.CreateChecked)]);
    }
}
