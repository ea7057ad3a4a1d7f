using Xunit;

namespace FastSeq.Tests.Quantized;

/// <summary>Every declared model with quantised weights against plain loops, and against itself bit for bit.</summary>
[Trait("Run", "EveryInstructionSet")]
[Collection(nameof(Training.AloneCollection))]
public sealed class QuantizedModelTests
{
    public static TheoryData<string> Models => [.. QuantizedCheck.AllModels.Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Step_MatchesOracle(string model) => QuantizedCheck.Of(model).StepMatchesOracle();

    [Theory]
    [MemberData(nameof(Models))]
    public void Predict_HasTheBitsOfStep(string model) => QuantizedCheck.Of(model).PredictHasTheBitsOfStep();

    [Theory]
    [MemberData(nameof(Models))]
    public void Nothing_IsAllocated(string model) => QuantizedCheck.Of(model).NothingIsAllocated();

    [Theory]
    [MemberData(nameof(Models))]
    public void NotFiniteInput_GivesNoPlausibleOutput(string model) => QuantizedCheck.Of(model).NotFiniteInputGivesNoPlausibleOutput();

    [Theory]
    [MemberData(nameof(Models))]
    public void WrongSizes_AreErrors(string model) => QuantizedCheck.Of(model).WrongSizesAreErrors();
}
