using Xunit;

namespace FastSeq.Tests.Training;

/// <summary>Training in batches of so many time steps, and of padded datasets.</summary>
[Collection(nameof(AloneCollection))]
public sealed class TokenBudgetTests
{
    [Fact]
    public void Budget_BoundsTheMemoryOfTraining()
    {
        // One long sequence among many short ones: B x T of them would be 200 x 2,000 rows.
        var random = new Random(1);
        float[][] inputs = [.. Enumerable.Range(0, 200).Select(i => new float[3 * (i == 0 ? 2_000 : random.Next(1, 20))])];
        var dataset = new ArrayDataset<float, float>(inputs, new float[200], 3);
        long tokens = Allocated(new TrainerOptions { MaxTokensPerBatch = 2_000 });
        long sequences = Allocated(new TrainerOptions { BatchSize = 200 });
        Assert.True(tokens * 20 < sequences, $"{tokens:N0} bytes with a budget, {sequences:N0} without.");

        long Allocated(TrainerOptions options)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            using var trainer = new Trainer<Forecaster>(new Forecaster(seed: 1), options);
            trainer.Evaluate(dataset);
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        }
    }

    [Fact]
    public void Budget_TrainsAndStopsEarlyAsBatchesDo()
    {
        var model = new Forecaster(seed: 3);
        using var trainer = new Trainer<Forecaster>(model, new TrainerOptions
        {
            Optimizer = new AdamW(learningRate: 1e-2f), MaxTokensPerBatch = 100, EarlyStopping = new EarlyStopping(patience: 5), Seed = 4,
        });
        List<EpochReport> reports = [.. trainer.Fit(Datasets.Means(300), Datasets.Means(60, seed: 2), epochs: 12)];
        Assert.True(reports.Min(r => r.ValidationLoss) < 0.3 * reports[0].ValidationLoss, reports[^1].ToString());
        Assert.Equal(reports.Min(r => r.ValidationLoss), trainer.Evaluate(Datasets.Means(60, seed: 2)).Loss);
    }

    [Fact]
    public void MaskedDataset_TrainsAsThePlainOne()
    {
        const int Count = 40, Steps = 9;
        ArrayDataset<int, int> plain = Datasets.PreviousTokens(Count);
        int[] tokens = new int[Count * Steps], labels = new int[Count * Steps];
        tokens.AsSpan().Fill(-1);
        labels.AsSpan().Fill(-1);
        var mask = new bool[Count * Steps];
        for (int i = 0; i < Count; i++)
        {
            int length = plain.LengthOf(i);
            int[] places = [.. Enumerable.Range(0, Steps).OrderBy(step => step * 7 % (2 + (i % 5))).Take(length).Order()];
            for (int t = 0; t < length; t++)
            {
                int place = (i * Steps) + places[t];
                (tokens[place], labels[place], mask[place]) = (plain.InputOf(i)[t], plain.TargetOf(i)[t], true);
            }
        }

        var padded = new PaddedDataset<int, int>(tokens, mask, labels, Steps, perTimeStep: true);
        Assert.Equal(Weights(plain), Weights(padded));

        static double[] Weights(SequenceDataset<int, int> dataset)
        {
            var model = new Tagger(seed: 2);
            using var trainer = new Trainer<Tagger>(model, new TrainerOptions { MaxTokensPerBatch = 30 });
            foreach (EpochReport _ in trainer.Fit(dataset, epochs: 2))
            {
            }

            return model.Parameters.ToArray();
        }
    }
}
