using Xunit;

namespace FastSeq.Tests.Training;

public sealed class TokenBudgetTests
{
    [Fact]
    public void TooLongSequence_IsNamed()
    {
        using var trainer = new Trainer<LinearModel>(new LinearModel(), new TrainerOptions { MaxTokensPerBatch = 4 });
        var data = new ArrayDataset<float, float>([new float[8], new float[10]], [1, 2], 2);
        string message = Assert.Throws<DatasetException>(() => trainer.Fit(data, epochs: 1)).Message;
        Assert.Contains("training sequence 1 has 5 time steps, more than the 4 of TrainerOptions.MaxTokensPerBatch", message, StringComparison.Ordinal);
        Assert.Contains("evaluation sequence 1", Assert.Throws<DatasetException>(() => trainer.Evaluate(data)).Message, StringComparison.Ordinal);
    }

    /// <summary>Whether a model has one output a sequence, whether it streams, whether its targets are labels, and windows: what would help.</summary>
    public static TheoryData<bool, bool, bool, int?, string> Mends => new()
    {
        { false, true, false, null, "has 5 time steps, more than the 4 of TrainerOptions.MaxTokensPerBatch. Raise that, cut the sequence, or train it in windows (Truncation)." },
        { true, true, false, null, "has 5 time steps, more than the 4 of TrainerOptions.MaxTokensPerBatch. Raise that, or cut the sequence." },
        { false, false, false, null, "has 5 time steps, more than the 4 of TrainerOptions.MaxTokensPerBatch. Raise that, or cut the sequence." },
        { false, true, true, null, "has 6 labels, more than the 4 of TrainerOptions.MaxTokensPerBatch. Raise that, or cut the sequence." },
        { false, true, false, 5, "has 5 time steps in a window, more than the 4 of TrainerOptions.MaxTokensPerBatch. Raise that, or make the windows shorter (Truncation)." },
    };

    [Theory]
    [MemberData(nameof(Mends))]
    public void TooLongSequence_IsToldWhatWorksForTheModel(bool lastStepOnly, bool streams, bool hasLabels, int? window, string expected)
    {
        var model = new ModelInfo
        {
            Name = "Any", InputSize = 2, OutputSize = 3, LastStepOnly = lastStepOnly, IsStreaming = streams, Loss = hasLabels ? new CtcLoss() : new CrossEntropyLoss(), Parameters = [], BufferLength = 0,
        };
        var data = new ArrayDataset<float, int>([new float[2], new float[10]], [[1], new int[hasLabels ? 6 : 5]], 2);
        string message = Assert.Throws<DatasetException>(() => BatchLimits.Of(data, model, "training", maxSequences: 3, maxTokens: 4, window)).Message;
        Assert.Equal("training sequence 1 " + expected, message);
    }

    [Fact]
    public void Options_SayWhatDoesNotGoTogether()
    {
        Assert.Contains("MaxTokensPerBatch is 0", Refused(new TrainerOptions { MaxTokensPerBatch = 0 }), StringComparison.Ordinal);
        Assert.Contains(
            "Leave one of them out",
            Refused(new TrainerOptions { MaxTokensPerBatch = 5, Truncation = new TruncatedBackpropagation(2) { CarryStates = true } }),
            StringComparison.Ordinal);

        static string Refused(TrainerOptions options) => Assert.Throws<ArgumentException>(() => new Trainer<LinearModel>(new LinearModel(), options)).Message;
    }

    [Fact]
    public void BatchSize_BoundsBudgetsOnlyWhereItIsGiven()
    {
        Assert.Equal(32, new TrainerOptions().BatchSize);
        Assert.Equal(int.MaxValue, new TrainerOptions { MaxTokensPerBatch = 5 }.BatchSize);
        Assert.Equal(7, new TrainerOptions { MaxTokensPerBatch = 5, BatchSize = 7 }.BatchSize);

        var data = new ArrayDataset<float, float>([.. Enumerable.Range(0, 10).Select(_ => new float[2])], new float[10], 2);
        Assert.Equal([2, 2, 2, 2, 2], Batches(new TrainerOptions { MaxTokensPerBatch = 5, BatchSize = 2 }));
        Assert.Equal([5, 5], Batches(new TrainerOptions { MaxTokensPerBatch = 5 }));

        int[] Batches(TrainerOptions options)
        {
            var order = new BatchOrder(data, BatchLimits.Of(data, LinearModel.ModelInfo, "training", options.BatchSize, options.MaxTokensPerBatch, window: null));
            order.KeepOrder();
            return [.. Enumerable.Range(0, order.BatchCount).Select(b => order.Batch(b).Length)];
        }
    }

    [Fact]
    public void Windows_CountAsWhatTheyHold()
    {
        var data = new ArrayDataset<float, float>([new float[200], new float[2], new float[0]], new float[3], 2);
        BatchLimits limits = BatchLimits.Of(data, LinearModel.ModelInfo, "training", maxSequences: 3, maxTokens: 20, window: 10);
        Assert.Equal([10, 1, 1], limits.Tokens!);
    }

    [Fact]
    public void MeanLoss_IsThatOfTheData()
    {
        var random = new Random(1);
        float[][] inputs = [.. Enumerable.Range(0, 50).Select(_ => Enumerable.Range(0, 2 * random.Next(1, 9)).Select(_ => random.NextSingle()).ToArray())];
        var data = new ArrayDataset<float, float>(inputs, [.. inputs.Select(x => x[^1])], 2);
        using Trainer<LinearModel> budget = new(new LinearModel(1), new TrainerOptions { MaxTokensPerBatch = 20 }), batches = new(new LinearModel(1));
        Assert.Equal(batches.Evaluate(data).Loss, budget.Evaluate(data).Loss, 1e-6);
    }
}
