using FastSeq.Tests.Equivalence;
using FastSeq.Tests.Models;
using Xunit;

namespace FastSeq.Tests.Oracles;

/// <summary>Cells with options, merges of directions, learned states, tied and frozen weights, and residual and skip connections, against what PyTorch recorded (record.py): its own modules where it has them, its differentiation of the formulas elsewhere.</summary>
[Trait("Run", "EveryInstructionSet")]
public sealed class VariantsMatchPyTorchTests
{
    private static readonly Dictionary<string, Type> Models = new()
    {
        ["lstm_without_biases"] = typeof(LstmWithoutBiases),
        ["gru_without_biases"] = typeof(GruWithoutBiases),
        ["lstm_coupled"] = typeof(LstmCoupled),
        ["lstm_clipped"] = typeof(LstmClipped),
        ["lstm_peepholes"] = typeof(LstmPeepholes),
        ["lstm_projected"] = typeof(LstmProjected),
        ["lstm_normalized"] = typeof(LstmNormalized),
        ["gru_normalized"] = typeof(GruNormalized),
        ["lstm_functions"] = typeof(LstmFunctions),
        ["residuals"] = typeof(RecordedResiduals),
        ["tied"] = typeof(RecordedTied),
        ["learned_states"] = typeof(RecordedStates),
        ["merges"] = typeof(RecordedMerges),
    };

    public static TheoryData<string> Cases => [.. Models.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Model_MatchesPyTorch(string name) => OracleCheck.Of(Models[name], name).OutputsLossAndGradients(1e-5);

    [Theory]
    [MemberData(nameof(Cases))]
    public void FinalStates_MatchPyTorch(string name) => OracleCheck.Of(Models[name], name).OutputsAndStates((_, _) => null, 1e-5);

    [Fact]
    public void EmbeddedColumns_MatchPyTorch() => OracleCheck.Of(typeof(RecordedColumns), "columns").OutputsLossAndGradients(1e-5);

    [Fact]
    public void StridesAndPadding_MatchPyTorch() => OracleCheck.Of(typeof(RecordedStrides), "strides").OutputsLossAndGradients(1e-12);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Reference_MatchesPyTorch(string name) => ReferenceMatchesPyTorchTests.Compare(name, ReferenceFactory.Make<double>(Models[name]), 1e-12);
}
