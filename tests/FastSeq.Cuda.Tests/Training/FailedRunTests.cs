using FastSeq.Cuda.Tests.Support;
using FastSeq.Devices;
using FastSeq.Tensors;

namespace FastSeq.Cuda.Tests.Training;

/// <summary>Runs that cannot be made say why, and give all back that they had taken; what is left over is found when a test ends.</summary>
public sealed class FailedRunTests : CudaTest
{
    [Theory]
    [InlineData("cuMemAlloc_v2", 20)]
    [InlineData("cuMemsetD8Async", 20)]
    [InlineData("cuModuleGetFunction", 10)]
    [InlineData("cuLaunchKernel", 1)]
    [InlineData("cuMemcpyHtoDAsync_v2", 1)]
    public void RunThatCannotBeMade_GivesAllBack(string function, int least)
    {
        // The first call fails, then the second, and so on until a run is made without the call that fails.
        Meter model = Meter.Create(seed: 1);
        int failures = 0, live = FakeCuda.LiveThings;
        while (true)
        {
            FakeCuda.Fail(function, 3, after: failures);
            try
            {
                model.CreateRun(3, 5, CudaDevice.Default).Dispose();
                break;
            }
            catch (CudaException exception) when (exception.Function == function)
            {
                failures++;
                Assert.Equal(live, FakeCuda.LiveThings);
            }
        }

        // The failure that nobody met yet.
        Forget(function);
        Assert.True(failures >= least, $"{function} failed {failures} times");
    }

    [Fact]
    public void MomentsThatFindNoMemory_AreGivenBackWithTheRun()
    {
        using (SequenceRun<float, float, float> run = Meter.Create(seed: 1).CreateRun(3, 5, CudaDevice.Default))
        {
            run.Gradients[0] = 1;
            FakeCuda.Fail("cuMemAlloc_v2", 2, after: 1);
            var exception = Assert.Throws<CudaException>(() => run.Update(new Adam()));
            Assert.Contains("CUDA_ERROR_OUT_OF_MEMORY", exception.Message);
        }
    }

    [Fact]
    public void LayerThatDevicesDoNotCompute_IsNamed()
    {
        DeviceProgram program = ProgramOf<Meter>();
        int live = FakeCuda.LiveThings;
        CudaQueue queue = CudaDevice.Default.CreateQueue(KernelText.Of(program.Source), isDouble: false);
        var unknown = new DeviceProgram { Source = program.Source, Layers = program.Layers.Add(new UnknownLayer { Name = "Mystery(7)", InputSize = 1, OutputSize = 1 }) };
        var exception = Assert.Throws<NotSupportedException>(() => new CudaRun<float, float, float>(
            queue, Meter.ModelInfo, unknown, new AlignedBuffer<float>(Meter.ModelInfo.BufferLength), new AlignedBuffer<float>(64), 2, 3, int.MaxValue, recordsSteps: true, uploadsAhead: true));
        Assert.Equal("Meter: the layer Mystery(7) is not computed on CUDA devices yet. Make the run without a device.", exception.Message);
        queue.Dispose();
        Assert.Equal(live, FakeCuda.LiveThings);
    }

    static DeviceProgram ProgramOf<TModel>()
        where TModel : class, ISequenceModel<TModel, float, float, float> => TModel.DeviceProgram;

    static void Forget(string function)
    {
        FakeCuda.Fail(function, 0);
        Meter.Create(seed: 1).CreateRun(1, 1, CudaDevice.Default).Dispose();
    }

    sealed class UnknownLayer : DeviceLayer;
}
