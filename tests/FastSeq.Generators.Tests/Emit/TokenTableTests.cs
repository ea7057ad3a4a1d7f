using FastSeq.Generators.Tests.Support;

namespace FastSeq.Generators.Tests.Emit;

/// <summary>Where sums of an embedding are looked up by token, where its rows are still read, and where a run computes once for each different token of a batch.</summary>
public class TokenTableTests
{
    [Theory]
    [InlineData("Weights = WeightFormat.BFloat16", "[Embedding(1024, 64)] [Lstm(256)]", true, false, false)]
    [InlineData("Weights = WeightFormat.BFloat16", "[Embedding(1025, 64)] [Lstm(256)]", false, false, true)]
    [InlineData("Weights = WeightFormat.BFloat16", "[Embedding(1025, 64)] [Dropout(0.5f)] [Lstm(256, Direction = Direction.Reverse)]", false, true, false)]
    [InlineData("Weights = WeightFormat.BFloat16", "[Embedding(1025, 64)] [Dropout(0.5f)] [Lstm(256)]", false, false, true)]
    [InlineData("Weights = WeightFormat.BFloat16", "[Embedding(1025, 64)] [Residual] [Lstm(256)]", true, false, true)]
    [InlineData("Weights = WeightFormat.BFloat16", "[Embedding(1025, 256)] [Residual] [Lstm(256)]", false, true, false)]
    [InlineData("Weights = WeightFormat.BFloat16", "[Embedding(1400, 64)] [Gru(256, Reset = GruReset.BeforeProduct)]", false, true, false)]
    [InlineData("Weights = WeightFormat.Int8", "[Embedding(50, 8)] [Dropout(0.5f)] [Gru(20, Reset = GruReset.BeforeProduct)]", true, false, false)]
    [InlineData("Weights = WeightFormat.Int8", "[Embedding(50, 8)] [Linear(9)] [Relu] [Gru(20)]", true, false, false)]
    [InlineData("Weights = WeightFormat.Int8", "[Embedding(50, 8)] [Residual] [Gru(20)]", true, false, false)]
    [InlineData("Weights = WeightFormat.Int8", "[Embedding(50, 8)] [Residual] [Gru(8)]", true, true, false)]
    [InlineData("Weights = WeightFormat.Int8", "[Embedding(50, 8)] [Gru(8, Direction = Direction.Bidirectional)]", true, true, false)]
    [InlineData("Weights = WeightFormat.Int8", "[Embedding(50, 8)] [LayerNorm] [Gru(20)]", false, true, false)]
    [InlineData("Weights = WeightFormat.Int8", "[Input(8)] [Gru(20)]", false, false, false)]
    [InlineData("", "[Embedding(50, 8)] [Gru(20)]", false, true, true)]
    public void Table_StandsWhereItIsSmall(string options, string layers, bool hasTable, bool readsRows, bool sharesTokens)
    {
        GeneratorOutcome outcome = Harness.Run($"using FastSeq;\n[SequenceModel({options})]\n{layers}\n[MeanSquaredError]\npublic sealed partial class Tagger;\n");
        outcome.AssertClean();
        string text = outcome.Files.Single().Value;
        Assert.Equal(hasTable, text.Contains("tokenSums", StringComparison.Ordinal));
        Assert.Equal(readsRows, text.Contains("embedding_Rows", StringComparison.Ordinal));
        Assert.Equal(sharesTokens, text.Contains("sharesTokens: true", StringComparison.Ordinal));
    }
}
