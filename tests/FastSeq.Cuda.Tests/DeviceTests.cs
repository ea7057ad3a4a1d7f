using FastSeq.Cuda.Tests.Support;

namespace FastSeq.Cuda.Tests;

public sealed class DeviceTests : CudaTest
{
    [Fact]
    public void Devices_AreListed()
    {
        Assert.Null(CudaDevice.Missing);
        Assert.Equal(["Fake GPU 0", "Fake GPU 1"], CudaDevice.All.Select(device => device.Name));
        Assert.Equal([0, 1], CudaDevice.All.Select(device => device.Ordinal));
        CudaDevice device = CudaDevice.Default;
        Assert.Same(CudaDevice.All[0], device);
        Assert.Equal((2, 1L << 30), (device.Multiprocessors, device.TotalMemory));
        Assert.Equal((new Version(9, 0), new Version(12, 8)), (device.ComputeCapability, device.DriverVersion));
        Assert.Equal((new Version(12, 8, 4), new Version(12, 8)), (CudaDevice.CublasVersion, CudaDevice.NvrtcVersion));
        Assert.Equal("0: Fake GPU 0", device.ToString());
    }

    [Fact]
    public void EachDevice_HasQueuesOfItsOwn()
    {
        using CudaQueue first = CudaDevice.All[0].CreateQueue(Source, isDouble: false), second = CudaDevice.All[1].CreateQueue(Source, isDouble: false);
        using CudaMemory memory = first.Allocate(4), other = second.Allocate(4);
        first.Upload<float>([1], memory.Pointer);
        second.Upload<float>([2], other.Pointer);
        float[] numbers = [0, 0];
        first.Download(memory.Pointer, numbers.AsSpan(0, 1));
        second.Download(other.Pointer, numbers.AsSpan(1, 1));
        Assert.Equal([1, 2], numbers);
    }
}
