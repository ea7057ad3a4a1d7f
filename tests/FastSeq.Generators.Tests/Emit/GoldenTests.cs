using FastSeq.Generators.Tests.Support;

namespace FastSeq.Generators.Tests.Emit;

/// <summary>The emitted text of a handful of models, for people to read: a change shows what it does to them.</summary>
public sealed class GoldenTests
{
    [Theory]
    [InlineData("SimpleRnn", "Input(10), Rnn(20), Linear(5), MeanSquaredError")]
    [InlineData("Tagger", "Embedding(50, 8), Lstm(16, Layers = 2, Dropout = 0.25f), LastStep, Dropout(0.5f), Linear(4, Name = \"fc\"), CrossEntropy")]
    [InlineData("TextbookGru", "Input(3), Gru(5, Reset = GruReset.BeforeProduct), Linear(7), Tanh, Linear(2), MeanSquaredError", "(Precision = Precision.Double)")]
    [InlineData("PackedTagger", "Embedding(50, 8), Gru(20, Reset = GruReset.BeforeProduct), LastStep, Dropout(0.5f), Linear(4), CrossEntropy", "(Weights = WeightFormat.Int8)")]
    public void EmittedText_IsAsRecorded(string name, string layers, string options = "")
    {
        string text = Emit(name, layers, options);
        Golden.Verify(name, text);
    }

    [Fact]
    public void EmittedText_IsTheSameTwice()
    {
        const string layers = "Input(7), Gru(33), Lstm(20), Linear(17), Relu, Linear(3), MeanSquaredError";
        Assert.Equal(Emit("M", layers, ""), Emit("M", layers, ""));
    }

    [Theory]
    [InlineData("Lstm")]
    [InlineData("Gru")]
    [InlineData("Rnn")]
    public void EmittedText_DoesNotGrowWithTheSizes(string cell)
    {
        // Cells of fewer units have products of their own besides, and models of a size between sum gradients up by bundles.
        int tiny = Lines(Emit("M", $"Input(3), {cell}(20), Linear(20), MeanSquaredError", ""));
        int units = cell == "Rnn" ? 128 : 96, between = Lines(Emit("M", $"Input(3), {cell}({units}), Linear({units}), MeanSquaredError", ""));
        int small = Lines(Emit("M", $"Input(3), {cell}(256), Linear(256), MeanSquaredError", ""));
        int large = Lines(Emit("M", $"Input(3000), {cell}(8192), Linear(8192), MeanSquaredError", ""));
        Assert.InRange(large, small - 100, small + 100);
        Assert.InRange(between, small - 100, small + 250);
        Assert.InRange(large, 100, 2_500);
        Assert.InRange(tiny, 100, 3_300);
    }

    private static int Lines(string text) => text.Count(c => c == '\n');

    private static string Emit(string name, string layers, string options)
    {
        GeneratorOutcome outcome = Harness.Run($"using FastSeq;\nnamespace Demo;\n[SequenceModel{options}, {layers}]\npublic sealed partial class {name};\n");
        outcome.AssertClean();
        return Assert.Single(outcome.Files).Value;
    }
}
