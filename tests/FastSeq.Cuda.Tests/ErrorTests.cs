using FastSeq.Cuda.Tests.Support;

namespace FastSeq.Cuda.Tests;

public sealed class ErrorTests : CudaTest
{
    [Fact]
    public void NoMemoryLeft_SaysHowMuchThereIs()
    {
        using CudaQueue queue = CreateQueue();
        var exception = Assert.Throws<CudaException>(() => queue.Allocate(2_000_000_000));
        Assert.Equal(
            "the CUDA driver: cuMemAlloc_v2 failed with status 2: CUDA_ERROR_OUT_OF_MEMORY, as the fake driver says; 2,000,000,000 bytes were asked for, and 1,040,187,392 of 1,073,741,824 are free",
            exception.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.Allocate(-1));
    }

    [Fact]
    public void SourceThatDoesNotCompile_ShowsWhatTheCompilerSays()
    {
        var exception = Assert.Throws<CudaException>(() => CudaDevice.Default.CreateQueue("int f() { return undeclared; }", isDouble: false));
        Assert.StartsWith("NVRTC: nvrtcCompileProgram failed with status 6: NVRTC_ERROR_COMPILATION\n", exception.Message);
        Assert.Contains("undeclared", exception.Message);
        Assert.Equal(("NVRTC", "nvrtcCompileProgram", 6), (exception.Library, exception.Function, exception.Status));
    }

    [Fact]
    public void UnknownKernel_IsNamed()
    {
        using CudaQueue queue = CreateQueue();
        var exception = Assert.Throws<CudaException>(() => queue.Kernel("nonsense"));
        Assert.Equal("the CUDA driver: cuModuleGetFunction failed with status 500: CUDA_ERROR_NOT_FOUND, as the fake driver says; the source has no kernel 'nonsense'", exception.Message);
    }

    [Fact]
    public void CopiesBeyondTheEnd_AreRefused()
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(16);
        float[] five = new float[5];
        AssertRefused("cuMemcpyHtoDAsync_v2", () => queue.Upload<float>(five, memory.Pointer));
        AssertRefused("cuMemcpyDtoHAsync_v2", () => queue.Download<float>(memory.Pointer, five));
        AssertRefused("cuMemcpyDtoDAsync_v2", () => queue.Copy(memory.Pointer, memory.Pointer + 12, 8));
        AssertRefused("cuMemsetD8Async", () => queue.Clear(memory.Pointer, 17));
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.Clear(memory.Pointer, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.Copy(memory.Pointer, memory.Pointer, -1));
    }

    [Fact]
    public void MemoryThatWasGivenBack_IsRefused()
    {
        using CudaQueue queue = CreateQueue();
        CudaMemory memory = queue.Allocate(16);
        DevicePointer pointer = memory.Pointer;
        memory.Dispose();
        Assert.Throws<ObjectDisposedException>(() => memory.Pointer);
        AssertRefused("cuMemcpyHtoDAsync_v2", () => queue.Upload<float>([1], pointer));
    }

    [Fact]
    public void KernelThatWritesElsewhere_FailsTheNextWait()
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(16);
        queue.Launch(queue.Kernel("scale"), 5, memory.Pointer, 5, 2.0);
        try
        {
            var exception = Assert.Throws<CudaException>(queue.Wait);
            Assert.Equal("the CUDA driver: cuStreamSynchronize failed with status 700: CUDA_ERROR_ILLEGAL_ADDRESS, as the fake driver says", exception.Message);
            Assert.Throws<CudaException>(() => queue.Download<float>(memory.Pointer, new float[1]));
        }
        finally
        {
            FakeCuda.Heal();
            queue.Clear(memory.Pointer, 16);
        }
    }

    [Fact]
    public void TooManyThreadsInABlock_AreRefused()
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(24);
        AssertRefused("cuLaunchKernel", () => queue.LaunchRows(queue.Kernel("shape"), 1, 2048, memory.Pointer));
    }

    [Fact]
    public void StatusThatTheDriverDoesNotKnow_IsShownAsItIs()
    {
        using CudaQueue queue = CreateQueue();
        FakeCuda.Fail("cuStreamSynchronize", 12345);
        Assert.Equal(
            "the CUDA driver: cuStreamSynchronize failed with status 12345: the driver does not know this status", Assert.Throws<CudaException>(queue.Wait).Message);
    }

    [Fact]
    public void DisposedQueue_SaysSo()
    {
        CudaQueue queue = CreateQueue();
        CudaMemory memory = queue.Allocate(16);
        CudaKernel kernel = queue.Kernel("scale");
        CudaGraph graph = queue.Capture(() => { });
        DevicePointer pointer = memory.Pointer;
        queue.Dispose();
        queue.Dispose();
        Assert.Throws<ObjectDisposedException>(() => queue.Launch(graph));
        Assert.Throws<ObjectDisposedException>(() => queue.Capture(() => { }));
        Assert.Throws<ObjectDisposedException>(() => queue.Clear(pointer, 1));
        Assert.Throws<ObjectDisposedException>(() => queue.Copy(pointer, pointer, 1));
        Assert.Throws<ObjectDisposedException>(() => queue.Launch(kernel, 1, pointer, 1, 1.0));
        Assert.Throws<ObjectDisposedException>(() => queue.Upload<float>([1], pointer));
        Assert.Throws<ObjectDisposedException>(() => queue.Download<float>(pointer, new float[1]));
        Assert.Throws<ObjectDisposedException>(() => queue.Multiply(1, 1, 1, pointer, 1, false, pointer, 1, false, 0, pointer, 1));
        Assert.Throws<ObjectDisposedException>(() => queue.Kernel("scale"));
        Assert.Throws<ObjectDisposedException>(queue.Wait);
        Assert.Throws<ObjectDisposedException>(() => queue.Allocate(1));
        memory.Dispose();
        graph.Dispose();
    }

    [Theory]
    [InlineData("cuDevicePrimaryCtxRetain", 0)]
    [InlineData("cuStreamCreate", 0)]
    [InlineData("cuModuleLoadData", 0)]
    [InlineData("cuMemHostAlloc", 0)]
    [InlineData("cuMemHostAlloc", 1)]
    [InlineData("cuEventCreate", 0)]
    [InlineData("cuEventCreate", 3)]
    [InlineData("cublasCreate_v2", 0)]
    [InlineData("cublasSetStream_v2", 0)]
    [InlineData("cuMemAlloc_v2", 0)]
    [InlineData("cublasSetWorkspace_v2", 0)]
    public void QueueThatCannotBeMade_GivesAllBack(string function, int after)
    {
        FakeCuda.Fail(function, 3, after);
        Assert.Equal(function, Assert.Throws<CudaException>(() => CreateQueue()).Function);
        CreateQueue().Dispose();
    }

    [Fact]
    public void MemoryThatCannotBeCleared_IsGivenBack()
    {
        using CudaQueue queue = CreateQueue();
        FakeCuda.Fail("cuMemsetD8Async", 1);
        Assert.Throws<CudaException>(() => queue.Allocate(4));
    }

    static void AssertRefused(string function, Action call)
    {
        var exception = Assert.Throws<CudaException>(call);
        Assert.Equal($"the CUDA driver: {function} failed with status 1: CUDA_ERROR_INVALID_VALUE, as the fake driver says", exception.Message);
    }
}
