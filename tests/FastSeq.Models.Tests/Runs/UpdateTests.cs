using FastSeq.Tests.Oracles;
using FastSeq.Tests.Training;
using Xunit;

namespace FastSeq.Tests.Runs;

/// <summary>Steps of an optimizer by a run: what they allocate, and whom an optimizer belongs to.</summary>
public sealed class UpdateTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void NothingIsAllocated(bool decaysVectors)
    {
        Forecaster model = new(seed: 1);
        using Forecaster.Run run = model.CreateRun(2, 4);
        Train(run);
        Optimizer[] optimizers = [new Sgd(0.01) { DecaysVectors = decaysVectors }, new Adam { DecaysVectors = decaysVectors }, new AdamW { DecaysVectors = decaysVectors, WithoutDecay = ["linear.weight"] }];
        Assert.Equal(0, LeastAllocation.Of(() =>
        {
            foreach (Optimizer optimizer in optimizers) run.Update(optimizer, maxNorm: 1);
        }));
    }

    [Fact]
    public void OptimizerOfAnotherModel_IsRefusedAndNotChanged()
    {
        Forecaster model = new(seed: 1);
        Classifier other = new(seed: 1);
        using Forecaster.Run run = model.CreateRun(2, 4);
        using Classifier.Run second = other.CreateRun(1, 1);
        Train(run);
        second.Forward(new SequenceBatch<int, int>([1], [1], [0]), training: true);
        second.Backward();
        var adam = new Adam();
        run.Update(adam);
        var error = Assert.Throws<InvalidOperationException>(() => second.Update(adam));
        Assert.Contains("belongs to Forecaster already and cannot step Classifier", error.Message, StringComparison.Ordinal);
        float[] before = model.Parameters.ToArray();
        run.Update(adam);
        Assert.NotEqual(before, model.Parameters.ToArray());
    }

    private static void Train(Forecaster.Run run)
    {
        run.Forward(new SequenceBatch<float, float>(VectorNumbers.Numbers<float>("update", 7 * Forecaster.InputSize, 1), [4, 3], [1, -1]), training: true);
        run.Backward();
    }
}
