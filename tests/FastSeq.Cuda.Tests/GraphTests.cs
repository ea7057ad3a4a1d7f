using FastSeq.Cuda.Tests.Support;

namespace FastSeq.Cuda.Tests;

public sealed class GraphTests : CudaTest
{
    [Fact]
    public void RecordedWork_IsDoneWhenLaunched()
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(12 * 4);
        DevicePointer x = memory.Pointer, product = x + 16, copy = x + 32;
        CudaKernel scale = queue.Kernel("scale");
        queue.Upload<float>([1, 2, 3, 4], x);
        using CudaGraph graph = queue.Capture(() =>
        {
            queue.Launch(scale, 4, x, 4, 10.0);
            queue.Multiply(2, 2, 2, x, 2, false, x, 2, false, 1, product, 2);
            queue.Copy(product, copy, 16);
            queue.Clear(x + 12, 4);
        });
        float[] back = new float[12];
        queue.Download<float>(x, back);
        Assert.Equal([1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0], back);

        queue.Launch(graph);
        queue.Download<float>(x, back);
        Assert.Equal([10, 20, 30, 0, 700, 1000, 1500, 2200, 700, 1000, 1500, 2200], back);

        // The graph sees what the memory holds now, and adds to what the product holds.
        queue.Upload<float>([1, 0, 0, 1], x);
        queue.Launch(graph);
        queue.Download<float>(x, back);
        Assert.Equal([10, 0, 0, 0, 800, 1000, 1500, 2300, 800, 1000, 1500, 2300], back);
    }

    [Fact]
    public void ManyLaunches_Follow()
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(24);
        CudaKernel shape = queue.Kernel("shape");
        using CudaGraph graph = queue.Capture(() => queue.Launch(shape, 1, memory.Pointer));
        for (int i = 0; i < 1000; i++) queue.Launch(graph);
        long[] back = new long[3];
        queue.Download<long>(memory.Pointer, back);
        Assert.Equal(1000, back[2]);
    }

    [Fact]
    public void WhatCannotBeRecorded_IsRefused()
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(4);
        using CudaGraph empty = queue.Capture(() => { });
        Action[] refused =
        [
            () => queue.Upload<float>([1], memory.Pointer), () => queue.Download<float>(memory.Pointer, new float[1]), () => queue.Allocate(4), queue.Wait,
            () => queue.Capture(() => { }), () => queue.Launch(empty),
        ];
        foreach (Action work in refused)
        {
            var exception = Assert.Throws<InvalidOperationException>(() => queue.Capture(work));
            Assert.StartsWith("While a graph is recorded only", exception.Message);
        }

        queue.Launch(empty);
        queue.Wait();
    }

    [Fact]
    public void FailedRecording_LeavesTheQueueUsable()
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(4);
        Assert.Equal("mine", Assert.Throws<FormatException>(() => queue.Capture(() => throw new FormatException("mine"))).Message);
        FakeCuda.Fail("cuStreamBeginCapture_v2", 1);
        Assert.Equal("cuStreamBeginCapture_v2", Assert.Throws<CudaException>(() => queue.Capture(() => { })).Function);
        FakeCuda.Fail("cuGraphInstantiateWithFlags", 2);
        Assert.Equal("cuGraphInstantiateWithFlags", Assert.Throws<CudaException>(() => queue.Capture(() => { })).Function);

        // Somebody else's call spoils the recording.
        using CudaQueue other = CreateQueue();
        var spoiled = Assert.Throws<CudaException>(() => queue.Capture(() => Assert.Throws<CudaException>(() => other.Allocate(4))));
        Assert.Contains("CUDA_ERROR_STREAM_CAPTURE_INVALIDATED", spoiled.Message);

        queue.Upload<int>([5], memory.Pointer);
        int[] back = new int[1];
        queue.Download<int>(memory.Pointer, back);
        Assert.Equal(5, back[0]);
    }
}
