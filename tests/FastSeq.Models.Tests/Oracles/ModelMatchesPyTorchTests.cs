using FastSeq.Tests.Models;
using Xunit;

namespace FastSeq.Tests.Oracles;

/// <summary>The seed models against what PyTorch recorded on shared weights (record.py), in float and in double.</summary>
[Trait("Run", "EveryInstructionSet")]
public sealed class ModelMatchesPyTorchTests
{
    // PyTorch's own float32 differs from its double by up to about 1e-6 of the scale of a tensor.
    private const double FloatTolerance = 1e-5, DoubleTolerance = 1e-12;

    public static TheoryData<string> Cases => ReferenceMatchesPyTorchTests.Cases;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Float_MatchesPyTorch(string name) => OracleCheck.Of(FloatModel(name), name).OutputsLossAndGradients(FloatTolerance);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Double_MatchesPyTorch(string name) => OracleCheck.Of(DoubleModel(name), name).OutputsLossAndGradients(DoubleTolerance);

    /// <summary>h_n and c_n: of every layer of a stack and of both directions.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void FinalStatesOfAllLayers_MatchPyTorch(string name)
    {
        OracleCheck.Of(FloatModel(name), name).OutputsAndStates((_, _) => null, FloatTolerance);
        OracleCheck.Of(DoubleModel(name), name).OutputsAndStates((_, _) => null, DoubleTolerance);
    }

    internal static Type FloatModel(string name) => name switch
    {
        "simple_rnn" => typeof(SimpleRnn),
        "relu_rnn" => typeof(ReluRnn),
        "lstm_cell" => typeof(LstmOnly),
        "gru_after" => typeof(PyTorchGru),
        "gru_before" => typeof(TextbookGru),
        "text_classifier" => typeof(TextClassifier),
        "bi_lstm" => typeof(BiLstm),
        "bi_gru" => typeof(BiGru),
        "attention_chain" => typeof(AttentionChain),
        "mean_chain" => typeof(MeanChain),
        "max_chain" => typeof(MaxChain),
        _ => typeof(TimeSeriesPredictor),
    };

    internal static Type DoubleModel(string name) => name switch
    {
        "simple_rnn" => typeof(SimpleRnnDouble),
        "relu_rnn" => typeof(ReluRnnDouble),
        "lstm_cell" => typeof(LstmOnlyDouble),
        "gru_after" => typeof(PyTorchGruDouble),
        "gru_before" => typeof(TextbookGruDouble),
        "text_classifier" => typeof(TextClassifierDouble),
        "bi_lstm" => typeof(BiLstmDouble),
        "bi_gru" => typeof(BiGruDouble),
        "attention_chain" => typeof(AttentionChainDouble),
        "mean_chain" => typeof(MeanChainDouble),
        "max_chain" => typeof(MaxChainDouble),
        _ => typeof(TimeSeriesPredictorDouble),
    };
}
