using FastSeq.Cuda.Tests.Support;
using FastSeq.Tests;

namespace FastSeq.Cuda.Tests;

public sealed class KernelTests : CudaTest
{
    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(100_003)]
    public void Kernel_ReachesEveryNumber(int count)
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(count * 4L);
        float[] numbers = Numbers(count), back = new float[count];
        queue.Upload<float>(numbers, memory.Pointer);
        queue.Launch(queue.Kernel("scale"), count, memory.Pointer, count, 3.0);
        queue.Download<float>(memory.Pointer, back);
        Assert.Equal(numbers.Select(x => x * 3), back);
    }

    [Fact]
    public void Kernel_OfDoubles()
    {
        using CudaQueue queue = CreateQueue(isDouble: true);
        using CudaMemory memory = queue.Allocate(16);
        queue.Upload<double>([1, 2], memory.Pointer);
        queue.Launch(queue.Kernel("scale"), 2, memory.Pointer, 2, Math.PI);
        double[] back = new double[2];
        queue.Download<double>(memory.Pointer, back);
        Assert.Equal([Math.PI, 2 * Math.PI], back);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(256, 1)]
    [InlineData(257, 2)]
    [InlineData(32 * 256, 32)]
    [InlineData(32 * 256 + 1, 32)]
    [InlineData(1L << 40, 32)]
    public void Grid_IsCapped(long threads, long blocks)
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(24);
        queue.Launch(queue.Kernel("shape"), threads, memory.Pointer);
        long[] back = new long[3];
        queue.Download<long>(memory.Pointer, back);
        Assert.Equal([blocks, 256, 1], back);
    }

    [Fact]
    public void NoThreads_StartNothing()
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(24);
        queue.Launch(queue.Kernel("shape"), 0, memory.Pointer);
        queue.LaunchRows(queue.Kernel("shape"), 0, 32, memory.Pointer);
        long[] back = new long[3];
        queue.Download<long>(memory.Pointer, back);
        Assert.Equal([0, 0, 0], back);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(1000)]
    public void Rows_AreAllReached(int rows)
    {
        using CudaQueue queue = CreateQueue();
        const int columns = 77;
        using CudaMemory x = queue.Allocate(rows * columns * 4), sums = queue.Allocate(rows * 4);
        float[] numbers = [.. Enumerable.Range(0, rows * columns).Select(i => (float)(i % 19))], back = new float[rows];
        queue.Upload<float>(numbers, x.Pointer);
        queue.LaunchRows(queue.Kernel("rowSums"), rows, 64, x.Pointer, sums.Pointer, rows, columns);
        queue.Download<float>(sums.Pointer, back);
        Assert.Equal(Enumerable.Range(0, rows).Select(row => numbers.AsSpan(row * columns, columns).ToArray().Sum()), back);
    }

    [Fact]
    public void KernelWhoseSizeNobodyKnows_Runs()
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(4);
        CudaKernel kernel = queue.Kernel("unsized");
        Assert.Equal(-1, kernel.ArgumentCount);
        queue.Launch(kernel, 1, memory.Pointer);
        float[] back = new float[1];
        queue.Download<float>(memory.Pointer, back);
        Assert.Equal(42, back[0]);
    }

    [Fact]
    public void WrongNumberOfArguments_IsSaid()
    {
        using CudaQueue queue = CreateQueue();
        CudaKernel kernel = queue.Kernel("scale");
        Assert.Equal(("scale", 3), (kernel.Name, kernel.ArgumentCount));
        var exception = Assert.Throws<ArgumentException>(() => queue.Launch(kernel, 1, default(DevicePointer), 1));
        Assert.StartsWith("The kernel scale takes 3 arguments, not 2.", exception.Message);
    }

    [Fact]
    public void Calls_AllocateNothing()
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(4096);
        CudaKernel scale = queue.Kernel("scale"), sums = queue.Kernel("rowSums");
        DevicePointer at = memory.Pointer;
        float[] numbers = Numbers(256);
        using CudaGraph graph = queue.Capture(() => queue.Launch(scale, 16, at, 16, 0.5));
        Assert.Equal(0, LeastAllocation.Of(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                queue.Upload<float>(numbers, at);
                queue.Launch(scale, 256, at, 256, 0.5);
                queue.LaunchRows(sums, 8, 32, at, at + 2048, 8, 8);
                queue.Multiply(4, 4, 4, at, 4, false, at + 1024, 4, true, 0, at + 2048, 4);
                queue.Copy(at, at + 2048, 256);
                queue.Clear(at, 256);
                queue.Launch(graph);
                queue.Download<float>(at, numbers);
                queue.Wait();
            }
        }));
    }
}
