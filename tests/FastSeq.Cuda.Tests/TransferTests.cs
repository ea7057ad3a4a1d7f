using FastSeq.Cuda.Tests.Support;

namespace FastSeq.Cuda.Tests;

public sealed class TransferTests : CudaTest
{
    [Fact]
    public void FreshMemory_IsZero()
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(1000);
        byte[] bytes = new byte[1000];
        bytes.AsSpan().Fill(1);
        queue.Download<byte>(memory.Pointer, bytes);
        Assert.All(bytes, value => Assert.Equal(0, value));
        Assert.Equal(1000, memory.Bytes);
    }

    [Fact]
    public void MemoryOfNoBytes_IsMemory()
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(0);
        Assert.NotEqual(0, memory.Pointer.Address);
        queue.Upload<float>([], memory.Pointer);
        queue.Download<float>(memory.Pointer, []);
        queue.Clear(memory.Pointer, 0);
        queue.Copy(memory.Pointer, memory.Pointer, 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(262_143)]
    [InlineData(262_144)]
    [InlineData(262_145)]
    [InlineData(3_000_001)]
    public void Numbers_GoThereAndBack(int count)
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(count * 4L);
        float[] numbers = Numbers(count), back = new float[count];
        queue.Upload<float>(numbers, memory.Pointer);
        queue.Download<float>(memory.Pointer, back);
        Assert.Equal(numbers, back);
    }

    [Fact]
    public void UploadedNumbers_MayBeChangedAtOnce()
    {
        using CudaQueue queue = CreateQueue();
        const int size = 100_000, count = 40;
        using CudaMemory memory = queue.Allocate(size * count * 4L);
        int[] numbers = new int[size];
        for (int i = 0; i < count; i++)
        {
            numbers.AsSpan().Fill(i + 1);
            queue.Upload<int>(numbers, memory.Pointer + (i * size * 4L));
        }

        int[] back = new int[size * count];
        queue.Download<int>(memory.Pointer, back);
        for (int i = 0; i < back.Length; i++) Assert.True(back[i] == (i / size) + 1, $"Number {i} is {back[i]}.");
    }

    [Fact]
    public void SmallUploads_ShareAPart()
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(4_000_000);
        for (int i = 0; i < 100_000; i++) queue.Upload<int>([i], memory.Pointer + (i * 4));
        int[] back = new int[100_000];
        queue.Download<int>(memory.Pointer, back);
        Assert.Equal(Enumerable.Range(0, 100_000), back);
    }

    [Fact]
    public void CopyAndClear_StayWithinTheirBytes()
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(32);
        queue.Upload<int>([1, 2, 3, 4, 5, 6, 7, 8], memory.Pointer);
        queue.Copy(memory.Pointer, memory.Pointer + 16, 8);
        queue.Clear(memory.Pointer + 4, 4);
        int[] back = new int[8];
        queue.Download<int>(memory.Pointer, back);
        Assert.Equal([1, 0, 3, 4, 1, 2, 7, 8], back);
    }

    [Fact]
    public void AQueue_MayMoveToAnotherThread()
    {
        using CudaQueue queue = CreateQueue();
        using CudaMemory memory = queue.Allocate(4);
        int[] back = new int[1];
        var thread = new Thread(() =>
        {
            queue.Upload<int>([7], memory.Pointer);
            queue.Download<int>(memory.Pointer, back);
        });
        thread.Start();
        thread.Join();
        Assert.Equal(7, back[0]);
    }
}
