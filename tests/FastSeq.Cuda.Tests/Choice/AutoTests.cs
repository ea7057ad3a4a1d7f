using System.Numerics;
using FastSeq.Cuda.Tests.Support;
using FastSeq.Cuda.Tests.Training;
using FastSeq.Tensors;

namespace FastSeq.Cuda.Tests.Choice;

/// <summary>The device that chooses between the first GPU and the processor. Where a test says which is faster, steps are done all the same.</summary>
public sealed class AutoTests : CudaTest, IDisposable
{
    readonly string? before = Environment.GetEnvironmentVariable(FakeCuda.CacheVariable);
    readonly DirectoryInfo cache = Directory.CreateTempSubdirectory("fastseq-choice-");
    int steps;

    public AutoTests()
    {
        if (!Child.IsThis) Environment.SetEnvironmentVariable(FakeCuda.CacheVariable, cache.FullName);
    }

    [Theory]
    [InlineData(0.001, 0.002, true, "Fake GPU 0: a training step of 3 x 4 takes 1 ms there and 2 ms on the processor")]
    [InlineData(0.002, 0.0015, false, "the processor: a training step of 3 x 4 takes 1.5 ms there and 2 ms on Fake GPU 0")]
    [InlineData(0.002, 0.002, false, "the processor: a training step of 3 x 4 takes 2 ms there and 2 ms on Fake GPU 0")]
    public void FasterOne_IsTaken(double device, double processor, bool takesDevice, string text)
    {
        AutoDevice auto = Auto(device, processor);
        Assert.Equal(("a GPU or the processor, whichever is faster", null), (auto.Name, auto.Choice));
        using SequenceRun<float, float, float> run = Meter.Create(seed: 1).CreateRun(3, 7, auto);
        Assert.Equal(takesDevice, run is CudaRun<float, float, float>);
        Assert.Equal(takesDevice ? CudaDevice.Default : null, auto.Choice!.Device);
        Assert.Equal((text, takesDevice ? "Fake GPU 0" : "the processor"), (auto.Choice.ToString(), auto.Name));
        Assert.Equal(2 * 11, steps);
    }

    [Fact]
    public void Prediction_IsMeasuredByItself()
    {
        AutoDevice auto = Auto(0.004, 0.003, DeviceWork.Prediction);
        using SequenceRun<float, float, float> run = Meter.Create(seed: 1).CreateRun(3, 7, auto);
        Assert.Equal("the processor: a prediction of 3 x 4 takes 3 ms there and 4 ms on Fake GPU 0", auto.Choice!.ToString());
        Meter.Create(seed: 1).CreateRun(3, 7, Auto(0.001, 0.003)).Dispose();
        Assert.Equal(2 * 2 * 11, steps);
    }

    [Fact]
    public void SlowSteps_AreFew()
    {
        Meter.Create(seed: 1).CreateRun(3, 7, Auto(0.3, 0.5)).Dispose();
        Assert.Equal(2 + 2, steps);
    }

    [Fact]
    public void Outcome_IsRemembered()
    {
        Meter model = Meter.Create(seed: 1);
        AutoDevice first = Auto(0.001, 0.002), second = Auto(9, 1);
        model.CreateRun(3, 7, first).Dispose();
        int measured = steps;
        model.CreateRun(3, 5, first).Dispose();
        model.CreateRun(3, 7, second).Dispose();
        Assert.Equal((measured, first.Choice!.ToString()), (steps, second.Choice!.ToString()));

        // Other batches, models and threads are others.
        model.CreateRun(4, 7, second).Dispose();
        Assert.Null(second.Choice!.Device);
        Convolved.Create(seed: 1).CreateRun(3, 7, second).Dispose();
        Assert.Null(second.Choice!.Device);
        ((ISequenceModel<Meter, float, float, float>)model).NewRun(3, 7, threads: 2, device: second).Dispose();
        Assert.Null(second.Choice!.Device);
        Assert.Equal(4, Entries.Length);
    }

    [Fact]
    public void DamagedEntry_IsMeasuredAnew()
    {
        Meter model = Meter.Create(seed: 1);
        model.CreateRun(3, 7, Auto(0.001, 0.002)).Dispose();
        string entry = Assert.Single(Entries);
        byte[] whole = File.ReadAllBytes(entry), changed = [.. whole];
        changed[^1] ^= 1;
        foreach (byte[] damaged in new[] { [], whole[..40], changed, [.. whole, 0] })
        {
            File.WriteAllBytes(entry, damaged);
            AutoDevice auto = Auto(0.002, 0.001);
            model.CreateRun(3, 7, auto).Dispose();
            Assert.Null(auto.Choice!.Device);
        }

        // Whole, but no times.
        foreach (byte[] content in new[] { BitConverter.GetBytes(1.0), [.. BitConverter.GetBytes(double.NaN), .. BitConverter.GetBytes(1.0)], [.. BitConverter.GetBytes(1.0), .. BitConverter.GetBytes(-1.0)] })
        {
            Compilation.KernelCache.Write(Path.GetFileNameWithoutExtension(entry), content);
            AutoDevice auto = Auto(0.001, 0.002);
            model.CreateRun(3, 7, auto).Dispose();
            Assert.NotNull(auto.Choice!.Device);
        }

        File.Delete(entry);
        Directory.CreateDirectory(entry);
        AutoDevice last = Auto(0.002, 0.001);
        model.CreateRun(3, 7, last).Dispose();
        Assert.Null(last.Choice!.Device);
    }

    [Fact]
    public async Task ManyProcesses_MayMeasureTheSame()
    {
        Dictionary<string, string?> variables = new() { [FakeCuda.CacheVariable] = cache.FullName };
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Child.Run(typeof(AutoTests), variables, () => Meter.Create(seed: 1).CreateRun(3, 7, Auto(0.001, 0.002)).Dispose())));
        if (Child.IsThis) return;
        Assert.Single(Entries);
        Assert.Empty(Directory.GetFiles(Path.Combine(cache.FullName, "cuda"), "*.tmp"));
        Meter.Create(seed: 1).CreateRun(3, 7, Auto(9, 9)).Dispose();
        Assert.Equal(0, steps);
    }

    [Fact]
    public void ModelThatTheDeviceDoesNotCompute_StaysOnTheProcessor()
    {
        var auto = new AutoDevice(DeviceWork.Training) { Device = new Refusing() };
        using SequenceRun<float, float, float> run = Meter.Create(seed: 1).CreateRun(3, 7, auto);
        Assert.IsType<Meter.Run>(run);
        Assert.Equal("the processor: the layer Mystery(7) is not computed here", auto.Choice!.ToString());
        Assert.Empty(Entries);
    }

    [Fact]
    public void DeviceThatFails_IsLeftAlone()
    {
        AutoDevice auto = Auto(0.001, 0.002);
        FakeCuda.Fail("cuMemAlloc_v2", 2, after: 5);
        using (SequenceRun<float, float, float> run = Meter.Create(seed: 1).CreateRun(3, 7, auto)) Assert.IsType<Meter.Run>(run);
        Assert.Contains("CUDA_ERROR_OUT_OF_MEMORY", auto.Choice!.Reason);
        Assert.Empty(Entries);
    }

    [Fact]
    public async Task WithoutAGpu_ItIsTheProcessor()
    {
        using LibraryFolder folder = Child.FolderOf();
        await Child.Run(typeof(AutoTests), new() { [FakeCuda.PathVariable] = folder.FullName }, () =>
        {
            AutoDevice auto = CudaDevice.Auto();
            using var trainer = new Trainer<Meter>(Meter.Create(seed: 1), new TrainerOptions { Device = auto });
            Assert.Single(trainer.Fit(Data.Means(10), 1));
            Assert.Equal((null, CudaDevice.Missing), (auto.Choice!.Device, auto.Choice.Reason));
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Training_IsAsIfNothingHadBeenMeasured(bool takesDevice)
    {
        // Dropout, moments and epochs of growing batches: whoever is chosen gives the bits that it gives when it is asked for by name.
        (float[] expected, long iterations) = Train(takesDevice ? CudaDevice.Default : null);
        (float[] actual, long iterationsOfChoice) = Train(takesDevice ? Auto(0.001, 0.002) : Auto(0.002, 0.001));
        Assert.Equal(expected, actual);
        Assert.Equal(iterations, iterationsOfChoice);
        Assert.NotEqual(0, steps);

        static (float[] Parameters, long Steps) Train(ISequenceDevice? device)
        {
            Meter model = Meter.Create(seed: 1);
            var rule = new AdamW(0.01);
            using var trainer = new Trainer<Meter>(model, new TrainerOptions { Optimizer = rule, BatchSize = 8, Seed = 3, Device = device });
            foreach (EpochReport _ in trainer.Fit(Data.Means(20), Data.Means(5, seed: 2), 2)) { }
            foreach (EpochReport _ in trainer.Fit(Data.Means(20, seed: 3, longest: 11), 1)) { }
            return (model.Parameters.ToArray(), rule.Steps);
        }
    }

    [Fact]
    public void EveryKindOfModel_CanBeMeasured()
    {
        Measure<Meter, float, float, float>();
        Measure<Tagger, double, int, int>();
        Measure<Adapted, float, int, int>();
        Measure<Speller, float, float, int>();
        Measure<Switch, float, float, float>();
        Measure<Range, float, float, float>();
        Measure<Ignorant, float, float, int>();
        Measure<Mixed, float, float, float>();
        Measure<Strided, float, float, float>();

        static void Measure<TModel, T, TInput, TTarget>()
            where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TInput : unmanaged
            where TTarget : unmanaged
        {
            foreach (DeviceWork work in Enum.GetValues<DeviceWork>())
            {
                foreach (int longest in new[] { 1, 9, 40 })
                {
                    if (TModel.ModelInfo.OutputSteps(longest) == 0) continue;
                    AutoDevice auto = CudaDevice.Auto(work);
                    using SequenceRun<T, TInput, TTarget> run = TModel.Create(seed: 1).NewRun(2, longest, threads: 1, device: auto);
                    Assert.Contains(" ms ", auto.Choice!.Reason);
                }
            }
        }
    }

    [Theory]
    [InlineData(3, 1, int.MaxValue, 3, 1)]
    [InlineData(3, 100, int.MaxValue, 3, 32)]
    [InlineData(3, 31, int.MaxValue, 3, 16)]
    [InlineData(64, 100, 100, 3, 32)]
    [InlineData(64, 100, 20, 1, 32)]
    [InlineData(100_000, 1000, int.MaxValue, 100_000, 8)]
    [InlineData(100_000_000, 1000, int.MaxValue, 100_000_000, 1)]
    public void Size_IsThatOfAFractionOfASecond(int maxBatch, int maxTimeSteps, int maxTokens, int batch, int timeSteps) =>
        Assert.Equal(new StepSize(batch, timeSteps), StepSize.Of(InfoOf<Meter>(), DeviceWork.Training, maxBatch, maxTimeSteps, maxTokens));

    [Fact]
    public void ConvolutionsGetWhatTheyNeed()
    {
        Assert.Equal(new StepSize(2, 5), StepSize.Of(InfoOf<Strided>(), DeviceWork.Training, 2, 5, int.MaxValue));
        Assert.Equal(new StepSize(2, 8), StepSize.Of(InfoOf<Strided>(), DeviceWork.Training, 2, 9, int.MaxValue));
    }

    void IDisposable.Dispose()
    {
        if (!Child.IsThis) Environment.SetEnvironmentVariable(FakeCuda.CacheVariable, before);
        cache.Delete(recursive: true);
        Dispose();
    }

    static ModelInfo InfoOf<TModel>()
        where TModel : class, ISequenceModel<TModel> => TModel.ModelInfo;

    /// <summary>What was measured, without compiled kernels.</summary>
    string[] Entries => !Directory.Exists(Path.Combine(cache.FullName, "cuda")) ? [] : [.. Directory.GetFiles(Path.Combine(cache.FullName, "cuda")).Where(file => new FileInfo(file).Length < 100)];

    AutoDevice Auto(double device, double processor, DeviceWork work = DeviceWork.Training) => new(work)
    {
        Clock = (step, onDevice) =>
        {
            steps++;
            step();
            return onDevice ? device : processor;
        },
    };

    /// <summary>A device that computes no model.</summary>
    sealed class Refusing : ISequenceDevice
    {
        public string Name => "a device";

        public ISequenceDevice? ChooseFor<TModel, T, TInput, TTarget>(int maxBatch, int maxTimeSteps, int threads, int maxTokens)
            where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TInput : unmanaged
            where TTarget : unmanaged => this;

        public SequenceRun<T, TInput, TTarget> CreateRun<TModel, T, TInput, TTarget>(AlignedBuffer<T> parameters, AlignedBuffer<T> rest, int maxBatch, int maxTimeSteps, int maxTokens)
            where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TInput : unmanaged
            where TTarget : unmanaged => throw new NotSupportedException("the layer Mystery(7) is not computed here");
    }
}
