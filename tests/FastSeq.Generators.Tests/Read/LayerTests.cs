using FastSeq.Generators.Specs;
using FastSeq.Generators.Tests.Support;

namespace FastSeq.Generators.Tests.Read;


/// <summary>Attributes -> layer specs.</summary>
public class LayerTests
{
    [Fact]
    public void EveryKind_IsRead()
    {
        ModelSpec spec = Read(
            """
            [Embedding(size: 8, vocabulary: 100)]
            [Lstm(64, Dropout = 0.25f, Layers = 2, ForgetBias = 1)]
            [Gru(32, Reset = GruReset.BeforeProduct), Gru(16)]
            [Rnn(8, Activation = RnnActivation.Relu)]
            [Rnn(4)]
            [LastStep]
            [Dropout(0.5f)]
            [Linear(7, Name = "head.fc")]
            [Relu]
            [Linear(6)]
            [Tanh]
            [Linear(5)]
            [Sigmoid]
            [MeanSquaredError]
            """);

        Assert.Equal(
            [
                new EmbeddingSpec("embedding", "Embedding", "[Embedding(100, 8)]", 100, 8),
                new RecurrentSpec("lstm", "Lstm", "[Lstm(64, Dropout = 0.25f, Layers = 2, ForgetBias = 1f)]", new CellSpec(CellKind.Lstm), 64, 2, 0.25f, 1f),
                new RecurrentSpec("gru1", "Gru1", "[Gru(32, Reset = GruReset.BeforeProduct)]", new CellSpec(CellKind.GruResetBeforeProduct), 32, 1, 0, null),
                new RecurrentSpec("gru2", "Gru2", "[Gru(16)]", new CellSpec(CellKind.GruResetAfterProduct), 16, 1, 0, null),
                new RecurrentSpec("rnn1", "Rnn1", "[Rnn(8, Activation = RnnActivation.Relu)]", new CellSpec(CellKind.Rnn) { Candidate = new CellFunction(CellActivation.Relu) }, 8, 1, 0, null),
                new RecurrentSpec("rnn2", "Rnn2", "[Rnn(4)]", new CellSpec(CellKind.Rnn), 4, 1, 0, null),
                new LastStepSpec("laststep", "Laststep", "[LastStep]"),
                new DropoutSpec("dropout", "Dropout", "[Dropout(0.5f)]", 0.5f),
                new LinearSpec("head.fc", "HeadFc", "[Linear(7, Name = \"head.fc\")]", 7),
                new ActivationSpec("relu", "Relu", "[Relu]", ActivationKind.Relu),
                new LinearSpec("linear2", "Linear2", "[Linear(6)]", 6),
                new ActivationSpec("tanh", "Tanh", "[Tanh]", ActivationKind.Tanh),
                new LinearSpec("linear3", "Linear3", "[Linear(5)]", 5),
                new ActivationSpec("sigmoid", "Sigmoid", "[Sigmoid]", ActivationKind.Sigmoid),
            ],
            spec.Layers);
        Assert.IsType<MeanSquaredErrorSpec>(spec.Loss);
        Assert.False(spec.IsDouble);
    }

    [Fact]
    public void Direction_IsRead()
    {
        ModelSpec spec = Tracked.Specs("using FastSeq; [SequenceModel] [Input(1), Gru(2, Direction = Direction.Reverse), Lstm(3, Direction = Direction.Bidirectional, Merge = Merge.Mean), MeanSquaredError] partial class M;")["M"];
        Assert.Equal(
            [(Specs.Direction.Reverse, Specs.Merge.Concat, 2), (Specs.Direction.Bidirectional, Specs.Merge.Mean, 3)],
            spec.Layers.OfType<RecurrentSpec>().Select(layer => (layer.Direction, layer.Merge, layer.OutputSize)));
    }

    [Fact]
    public void OptionsOfCells_AreRead_WithOnnxNumbersWhereNoneAreGiven()
    {
        ModelSpec spec = Read(
            """
            [Input(5)]
            [Lstm(4, Coupled = true, CellClip = 3, InputClip = 50, Bias = false, GateActivation = RnnActivation.HardSigmoid, CellActivation = RnnActivation.Affine, CellBeta = 2)]
            [Gru(4, CandidateActivation = RnnActivation.LeakyRelu)]
            [Rnn(4, Activation = RnnActivation.ScaledTanh, Alpha = 1.5f)]
            [Linear(2, Bias = false)]
            [MeanSquaredError]
            """);
        RecurrentSpec[] layers = spec.Layers.OfType<RecurrentSpec>().ToArray();
        Assert.Equal(
            [
                new CellSpec(CellKind.Lstm)
                {
                    Gate = new CellFunction(CellActivation.HardSigmoid, 0.2f, 0.5f), Candidate = new CellFunction(CellActivation.Affine, 1, 2),
                    IsCoupled = true, CellClip = 3, InputClip = 50,
                },
                new CellSpec(CellKind.GruResetAfterProduct) { Candidate = new CellFunction(CellActivation.LeakyRelu, 0.01f) },
                new CellSpec(CellKind.Rnn) { Candidate = new CellFunction(CellActivation.ScaledTanh, 1.5f, 1) },
            ],
            layers.Select(layer => layer.Cell));
        Assert.Equal([false, true, true], layers.Select(layer => layer.HasBias));
        Assert.False(Assert.Single(spec.Layers.OfType<LinearSpec>()).HasBias);
    }

    [Fact]
    public void PrecisionAndLoss_AreRead()
    {
        ModelSpec spec = Tracked.Specs("using FastSeq; [Input(1), Rnn(2), CrossEntropy] [SequenceModel(Precision = Precision.Double)] partial class M;")["M"];
        Assert.True(spec.IsDouble);
        Assert.IsType<CrossEntropySpec>(spec.Loss);
    }

    [Fact]
    public void DropoutOfASingleLayer_IsNone() => Assert.Equal(0f, ((RecurrentSpec)Read("[Input(1), Lstm(2, Dropout = 0.5f), MeanSquaredError]").Layers[1]).Dropout);

    [Theory]
    [InlineData("0", "Layer0")]
    [InlineData("encoder.lstm_1", "EncoderLstm1")]
    [InlineData("_", "Layer")]
    [InlineData("Fc", "Fc")]
    public void Name_BecomesAnIdentifier(string name, string identifier) =>
        Assert.Equal(identifier, Read($"[Input(1), Lstm(2, Name = \"{name}\"), MeanSquaredError]").Layers[1].Identifier);

    [Fact]
    public void Identifiers_DifferEvenWhereCaseIsIgnored()
    {
        ModelSpec spec = Read("[Input(1), Lstm(2, Name = \"fc\"), Lstm(2, Name = \"FC\"), Lstm(2, Name = \"Fc\"), MeanSquaredError]");
        Assert.Equal(["Input", "Fc", "FCN2", "FcN3"], spec.Layers.Select(layer => layer.Identifier));
    }

    [Fact]
    public void SizesAreConstantExpressions_AliasesAreFollowed()
    {
        ModelSpec spec = Tracked.Specs(
            """
            using L = FastSeq.LstmAttribute;
            using Model = FastSeq.SequenceModelAttribute;
            using static Sizes;
            using FastSeq;
            static class Sizes { public const int Hidden = 1 << 6; }
            [Model, global::FastSeq.InputAttribute(Hidden / 12), L(Hidden + 1)]
            [type: MeanSquaredError]
            partial class M;
            """)["M"];
        Assert.Equal(["[Input(5)]", "[Lstm(65)]"], spec.Layers.Select(layer => layer.Declaration));
    }

    /// <summary>The compiler reports them; the generator stays silent and writes nothing.</summary>
    [Theory]
    [InlineData("Lstm")]
    [InlineData("Lstm(\"x\")")]
    [InlineData("Lstm(4, Layers = \"x\")")]
    [InlineData("Lstm(4, 5)")]
    [InlineData("Lstm(4, Layer = 2)")]
    [InlineData("Lstm(int.MaxValue + 1)")]
    [InlineData("Lstm(unknown)")]
    [InlineData("Lstm(4, Name = 5)")]
    [InlineData("Gru(4, Reset = null)")]
    [InlineData("Lstm(default(int?))")]
    public void UnboundAttribute_IsTheCompilersToReport(string layer)
    {
        GeneratorOutcome outcome = Harness.Run($"using FastSeq; [SequenceModel, Input(5), {layer}, MeanSquaredError] partial class M;");
        Assert.Null(outcome.Crash);
        Assert.Empty(outcome.Reported);
        Assert.NotEmpty(outcome.CompileErrors);
    }

    private static ModelSpec Read(string attributes) => Tracked.Specs($"using FastSeq;\n[SequenceModel]\n{attributes}\npartial class M;")["M"];
}
