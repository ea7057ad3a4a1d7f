using Xunit;
using static FastSeq.Tests.Oracles.ModelMatchesPyTorchTests;

namespace FastSeq.Tests.Oracles;

/// <summary>Training runs of the seed models, 50 steps of Adam and 20 of AdamW and SGD, whose losses follow those that PyTorch recorded.</summary>
public sealed class TrainingFollowsPyTorchTests
{
    // Steps multiply the differences of the first.
    private const double FloatTolerance = 1e-4, DoubleTolerance = 1e-9;

    public static MatrixTheoryData<string, string> Trainings => new([.. Cases.Select(row => row.Data)], ["adam", "adamw", "sgd"]);

    [Theory]
    [MemberData(nameof(Trainings))]
    public void FloatTraining_FollowsPyTorch(string name, string optimizer) => OracleCheck.Of(FloatModel(name), name).Training(optimizer, FloatTolerance);

    [Theory]
    [MemberData(nameof(Trainings))]
    public void DoubleTraining_FollowsPyTorch(string name, string optimizer) => OracleCheck.Of(DoubleModel(name), name).Training(optimizer, DoubleTolerance);
}
