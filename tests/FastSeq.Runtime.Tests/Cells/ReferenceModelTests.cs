using FastSeq.Cells;
using Xunit;

namespace FastSeq.Tests.Cells;

public sealed class ReferenceModelTests
{
    [Fact]
    public void RnnStep_IsTheFormula()
    {
        var cell = new RnnCell<double>("rnn", "0", 2, 1);
        new[] { 0.5, -0.25 }.CopyTo(cell.WeightIh.Values, 0);
        cell.WeightHh.Values[0] = 2;
        cell.BiasIh.Values[0] = 0.1;
        cell.BiasHh.Values[0] = 0.2;

        CellStep<double> step = cell.Forward([3, 4], new CellState<double>([0.125], []));

        Assert.Equal(Math.Tanh((0.5 * 3) - (0.25 * 4) + 0.1 + (2 * 0.125) + 0.2), step.Next.H[0], 1e-15);
    }

    [Fact]
    public void GruWithZeroWeights_HalvesTheState()
    {
        // σ(0) = 1/2 and tanh(0) = 0: h = (1 - z)·0 + z·h_(t-1) = h_(t-1) / 2.
        var cell = new GruCell<double>("gru", "0", 1, 1, GruReset.BeforeProduct);
        Assert.Equal(0.3, cell.Forward([5], new CellState<double>([0.6], [])).Next.H[0], 1e-15);
    }

    [Fact]
    public void EmptySequence_LastStepGivesZeroState()
    {
        ReferenceModel<double> model = new ReferenceModel<double>(2).Lstm("lstm", 3).LastStep();
        Assert.Equal([0, 0, 0], Assert.Single(model.Forward(new ReferenceSequence<double>())));
    }

    [Fact]
    public void Parameters_HavePyTorchNamesAndShapes()
    {
        ReferenceModel<float> model = new ReferenceModel<float>("embedding", 7, 2).Gru("gru", 3, layers: 2).Linear("fc", 5);
        Assert.Equal(
            [
                "embedding.weight [7, 2]",
                "gru.weight_ih_l0 [9, 2]", "gru.weight_hh_l0 [9, 3]", "gru.bias_ih_l0 [9]", "gru.bias_hh_l0 [9]",
                "gru.weight_ih_l1 [9, 3]", "gru.weight_hh_l1 [9, 3]", "gru.bias_ih_l1 [9]", "gru.bias_hh_l1 [9]",
                "fc.weight [5, 3]", "fc.bias [5]",
            ],
            model.Parameters.Select(p => $"{p.Name} [{string.Join(", ", p.Shape)}]"));
    }

    [Fact]
    public void Dropout_OutsideTrainingIsTheIdentity()
    {
        ReferenceModel<double> model = new ReferenceModel<double>(1).Rnn("rnn", 1).Dropout();
        model.Parameters[0].Values[0] = 1;
        var sequence = new ReferenceSequence<double> { Features = [[0.5]] };
        Assert.Equal(Math.Tanh(0.5), model.Forward(sequence)[0][0], 1e-15);
        ((DropoutLayer<double>)model.Layers[1]).Factor = (b, t, j) => b + 2;
        Assert.Equal(4 * Math.Tanh(0.5), model.Forward(sequence, index: 2)[0][0], 1e-15);
    }
}
