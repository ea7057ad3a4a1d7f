using System.Runtime.CompilerServices;
using FastSeq.Tensors;
using Xunit;

namespace FastSeq.Tests.Tensors;

public sealed class AlignedBufferTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(1000)]
    public unsafe void Memory_IsAlignedZeroedAndHasSlack(int length)
    {
        for (int i = 0; i < 20; i++)
        {
            _ = GC.AllocateUninitializedArray<byte>(8 * i + 8, pinned: true);
            var buffer = new AlignedBuffer<float>(length, zeroed: i % 2 == 0);
            Assert.Equal(0, (nint)Unsafe.AsPointer(ref buffer.Reference) % 64);
            Assert.Equal(length, buffer.Span.Length);
            if (length > 0) Assert.True(Unsafe.AreSame(ref buffer.Reference, ref buffer.Span[0]));
            if (i % 2 == 0) Assert.True(buffer.Span.IndexOfAnyExcept(0f) < 0);
            for (int j = 0; j < AlignedBuffer<float>.Slack; j++) Assert.Equal(0f, Unsafe.Add(ref buffer.Reference, length + j));
        }
    }

    [Fact]
    public unsafe void Memory_StaysWhereItIs()
    {
        var buffer = new AlignedBuffer<double>(100);
        nint before = (nint)Unsafe.AsPointer(ref buffer.Reference);
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        Assert.Equal(before, (nint)Unsafe.AsPointer(ref buffer.Reference));
    }
}
