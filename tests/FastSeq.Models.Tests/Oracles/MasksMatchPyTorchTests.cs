using FastSeq.Tests.Models;
using Xunit;

namespace FastSeq.Tests.Oracles;

/// <summary>Dropout of all kinds, weight drop and zoneout against what PyTorch recorded with the masks that a run must draw (record_masks.py): in training and, by their expectation, in a prediction.</summary>
[Trait("Run", "EveryInstructionSet")]
public sealed class MasksMatchPyTorchTests
{
    [Theory]
    [InlineData("lstm_masks", typeof(RecordedLstmMasks))]
    [InlineData("gru_masks", typeof(RecordedGruMasks))]
    [InlineData("gru_before_masks", typeof(RecordedGruBeforeMasks))]
    public void Model_MatchesPyTorch(string name, Type model) => OracleCheck.Of(model, name).MaskedOutputsLossAndGradients(1e-12);
}
