using System.Runtime.CompilerServices;
using FastSeq.Cuda.Tests.Support;

namespace FastSeq.Cuda.Tests;

/// <summary>The order in which things are given back is the callers' business.</summary>
public sealed class LifetimeTests : CudaTest
{
    [Fact]
    public void MemoryAndGraphs_OutliveTheirQueue()
    {
        CudaQueue queue = CreateQueue();
        CudaMemory memory = queue.Allocate(16);
        CudaGraph graph = queue.Capture(() => queue.Clear(memory.Pointer, 16));
        queue.Launch(graph);
        queue.Dispose();
        memory.Dispose();
        graph.Dispose();
    }

    [Fact]
    public void WorkOfADisposedQueue_IsDone()
    {
        using CudaQueue other = CreateQueue();
        using CudaMemory memory = other.Allocate(4);
        other.Wait();
        using (CudaQueue queue = CreateQueue()) queue.Upload<int>([9], memory.Pointer);
        int[] back = new int[1];
        other.Download<int>(memory.Pointer, back);
        Assert.Equal(9, back[0]);
    }

    [Fact]
    public void WhatNobodyDisposes_IsCollected()
    {
        int live = FakeCuda.LiveThings;
        Forget();
        for (int i = 0; i < 10 && FakeCuda.LiveThings > live; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(live, FakeCuda.LiveThings);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Forget()
    {
        CudaQueue queue = CreateQueue();
        CudaMemory memory = queue.Allocate(16);
        queue.Launch(queue.Capture(() => queue.Clear(memory.Pointer, 16)));
        queue.Wait();
        Assert.NotEqual(0, FakeCuda.LiveThings);
    }
}
