using CsCheck;
using Xunit;

namespace FastSeq.Tests.Data;

public sealed class BatchOrderTests
{
    [Fact]
    public void EveryEpoch_HoldsEverySequenceOnce()
    {
        Gen.Select(Gen.Int[1, 3000], Gen.Int[1, 40], Gen.ULong, Gen.Bool).Sample((count, batchSize, seed, sort) =>
        {
            var order = new BatchOrder(Dataset(count), batchSize);
            for (int epoch = 0; epoch < 3; epoch++)
            {
                order.Shuffle(seed, epoch, sort);
                int[] all = [.. Enumerable.Range(0, order.BatchCount).SelectMany(b => order.Batch(b).ToArray())];
                Assert.Equal(Enumerable.Range(0, count), all.Order());
                int[] sizes = [.. Enumerable.Range(0, order.BatchCount).Select(b => order.Batch(b).Length)];
                Assert.Equal((count - 1) % batchSize + 1, sizes.Min());
                Assert.True(sizes.Count(size => size != batchSize) <= 1);
            }
        }, iter: 50);
    }

    [Fact]
    public void SameSeed_GivesTheSameBatchesAndEpochsDiffer()
    {
        BatchOrder a = new(Dataset(500), 16), b = new(Dataset(500), 16);
        a.Shuffle(7, 0, true);
        int[] first = All(a);
        a.Shuffle(7, 1, true);
        int[] second = All(a);
        b.Shuffle(7, 1, true);
        Assert.Equal(second, All(b));
        Assert.NotEqual(first, second);
        b.Shuffle(8, 1, true);
        Assert.NotEqual(second, All(b));
    }

    [Fact]
    public void SortedBatches_HoldSequencesOfAboutTheSameLength()
    {
        SequenceDataset dataset = Dataset(2000);
        var order = new BatchOrder(dataset, 20);
        double Spread(bool sort)
        {
            order.Shuffle(1, 0, sort);
            return Enumerable.Range(0, order.BatchCount).Average(b =>
            {
                int[] lengths = [.. order.Batch(b).ToArray().Select(dataset.LengthOf)];
                return lengths.Max() - lengths.Min();
            });
        }

        Assert.True(Spread(sort: true) < 0.1 * Spread(sort: false));
    }

    [Fact]
    public void BatchesOfAnEpoch_DoNotComeByLength()
    {
        SequenceDataset dataset = Dataset(640);
        var order = new BatchOrder(dataset, 10);
        order.Shuffle(1, 0, true);
        int[] lengths = [.. Enumerable.Range(0, order.BatchCount).Select(b => dataset.LengthOf(order.Batch(b)[0]))];
        Assert.NotEqual(lengths.Order(), lengths);
    }

    [Fact]
    public void Shuffle_AllocatesNothing()
    {
        var order = new BatchOrder(Dataset(1000), 16);
        Assert.Equal(0, LeastAllocation.Of(() =>
        {
            for (int epoch = 1; epoch < 100; epoch++) order.Shuffle(1, epoch, true);
        }));
    }

    // The published first outputs of splitmix64 for the seed 1234567.
    [Fact]
    public void SplitMix64_GivesItsPublishedNumbers()
    {
        var random = new SplitMix64(1234567);
        Assert.Equal(
            [6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL, 4593380528125082431UL, 16408922859458223821UL],
            [random.Next(), random.Next(), random.Next(), random.Next(), random.Next()]);
    }

    [Fact]
    public void ShuffledPlaces_AreEquallyLikely()
    {
        int[] counts = new int[5];
        var random = new SplitMix64(3);
        for (int i = 0; i < 50_000; i++)
        {
            int[] items = [0, 1, 2, 3, 4];
            random.Shuffle(items);
            counts[Array.IndexOf(items, 0)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
    }

    static int[] All(BatchOrder order) => [.. Enumerable.Range(0, order.BatchCount).SelectMany(b => order.Batch(b).ToArray())];

    static ArrayDataset<int, int> Dataset(int count)
    {
        var random = new Random(2);
        return new ArrayDataset<int, int>([.. Enumerable.Range(0, count).Select(_ => new int[random.Next(100)])], [.. Enumerable.Range(0, count)]);
    }
}
