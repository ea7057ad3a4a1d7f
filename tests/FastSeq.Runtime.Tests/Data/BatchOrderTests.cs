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
            var order = new BatchOrder(Dataset(count), new BatchLimits(batchSize));
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
        BatchOrder a = new(Dataset(500), new BatchLimits(16)), b = new(Dataset(500), new BatchLimits(16));
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
        var order = new BatchOrder(dataset, new BatchLimits(20));
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
        var order = new BatchOrder(dataset, new BatchLimits(10));
        order.Shuffle(1, 0, true);
        int[] lengths = [.. Enumerable.Range(0, order.BatchCount).Select(b => dataset.LengthOf(order.Batch(b)[0]))];
        Assert.NotEqual(lengths.Order(), lengths);
    }

    [Fact]
    public void Shuffle_AllocatesNothing()
    {
        var order = new BatchOrder(Dataset(1000), new BatchLimits(16));
        Assert.Equal(0, LeastAllocation.Of(() =>
        {
            for (int epoch = 1; epoch < 100; epoch++) order.Shuffle(1, epoch, true);
        }));
    }

    [Fact]
    public void TokenBudget_HoldsEverySequenceOnceAndNoMoreThanItSays()
    {
        Gen.Select(Gen.Int[1, 3000], Gen.Int[100, 2000], Gen.Int[1, 60], Gen.ULong, Gen.Bool).Sample((count, budget, most, seed, sort) =>
        {
            SequenceDataset dataset = Dataset(count);
            int[] tokens = Tokens(dataset);
            var limits = new BatchLimits(most, budget, tokens);
            var order = new BatchOrder(dataset, limits);
            for (int epoch = 0; epoch < 3; epoch++)
            {
                order.Shuffle(seed, epoch, sort);
                int[][] batches = [.. Enumerable.Range(0, order.BatchCount).Select(b => order.Batch(b).ToArray())];
                Assert.Equal(Enumerable.Range(0, count), batches.SelectMany(b => b).Order());
                Assert.All(batches, batch =>
                {
                    Assert.InRange(batch.Length, 1, limits.MostSequences(count));
                    Assert.True(batch.Sum(i => tokens[i]) <= budget);
                });
            }
        }, iter: 50);
    }

    [Fact]
    public void TokenBudget_FillsBatchesOfAboutTheSameLength()
    {
        SequenceDataset dataset = Dataset(20_000);
        int[] tokens = Tokens(dataset);
        var order = new BatchOrder(dataset, new BatchLimits(int.MaxValue, 1000, tokens));
        order.Shuffle(3, 1, sortByLength: true);
        int[][] batches = [.. Enumerable.Range(0, order.BatchCount).Select(b => order.Batch(b).ToArray())];

        // All but the last batch of each bucket are full up to one more sequence, and the sequences of a batch differ by a few time steps.
        Assert.InRange(batches.Count(batch => batch.Sum(i => tokens[i]) < 900), 0, batches.Length / 50);
        Assert.True(batches.Average(batch => batch.Max(i => tokens[i]) - batch.Min(i => tokens[i])) < 5);
        Assert.NotEqual(batches.Select(batch => batch.Length).Order(), batches.Select(batch => batch.Length));

        var again = new BatchOrder(dataset, new BatchLimits(int.MaxValue, 1000, tokens));
        again.Shuffle(3, 1, sortByLength: true);
        Assert.Equal(All(order), All(again));
    }

    [Fact]
    public void MostSequences_IsWhatTheShortestFill()
    {
        Assert.Equal(3, new BatchLimits(10, 7, [5, 1, 4, 2]).MostSequences(4));
        Assert.Equal(2, new BatchLimits(2, 7, [5, 1, 4, 2]).MostSequences(4));
        Assert.Equal(4, new BatchLimits(10).MostSequences(4));
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

    static int[] Tokens(SequenceDataset dataset) => [.. Enumerable.Range(0, dataset.Count).Select(i => Math.Max(1, dataset.LengthOf(i)))];

    static int[] All(BatchOrder order) => [.. Enumerable.Range(0, order.BatchCount).SelectMany(b => order.Batch(b).ToArray())];

    static ArrayDataset<int, int> Dataset(int count)
    {
        var random = new Random(2);
        return new ArrayDataset<int, int>([.. Enumerable.Range(0, count).Select(_ => new int[random.Next(100)])], [.. Enumerable.Range(0, count)]);
    }
}
