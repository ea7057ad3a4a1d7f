using Xunit;

namespace FastSeq.Tests.Models;

public sealed class BatchPartsTests
{
    [Theory]
    [InlineData(1_600, 1_400, 2, 1)] // RNN 10 -> 20, 32 sequences of 50 time steps
    [InlineData(50, 101_000, 2, 1)] // one sequence of a forecaster
    [InlineData(800, 101_000, 2, 2)] // sixteen of them
    [InlineData(800, 101_000, 1, 1)]
    [InlineData(0, 101_000, 4, 1)]
    [InlineData(2_000_000_000, 4_000_000_000, 4, 4)]
    public void SmallBatch_IsNotShared(int rows, long operationsPerRow, int threads, int parts) =>
        Assert.Equal(parts, BatchParts.Of(rows, operationsPerRow, threads, 6_000_000));

    [Fact]
    public void TestsShareEveryBatch() => Assert.Equal(3, BatchParts.Of(1, 1, 3));
}
