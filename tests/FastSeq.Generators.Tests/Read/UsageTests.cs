using FastSeq.Generators.Tests.Support;

namespace FastSeq.Generators.Tests.Read;

/// <summary>The declarations of the README.</summary>
public class UsageTests
{
    [Theory]
    [InlineData("TextClassifier", "[Embedding(vocabulary: 10_000, size: 128)] [Lstm(256)] [LastStep] [Dropout(0.5f)] [Linear(5)] [CrossEntropy]")]
    [InlineData("TimeSeriesPredictor", "[Input(features: 5)] [Lstm(64, Layers = 2)] [LastStep] [Linear(1)] [MeanSquaredError]")]
    [InlineData("SimpleRnn", "[Input(10)] [Rnn(20)] [Linear(5)] [MeanSquaredError]")]
    [InlineData("TextbookGru", "[Input(10)] [Gru(20, Reset = GruReset.BeforeProduct)] [Linear(5)] [MeanSquaredError]")]
    public void DeclarationOfTheReadme_CompilesWithoutDiagnostics(string name, string layers)
    {
        GeneratorOutcome outcome = Harness.Run($"using FastSeq;\n[SequenceModel]\n{layers}\npublic sealed partial class {name};\n");

        outcome.AssertClean();
        Assert.Equal([name + ".g.cs"], outcome.Files.Keys);
    }
}
