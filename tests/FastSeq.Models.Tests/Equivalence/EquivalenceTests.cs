using Xunit;

namespace FastSeq.Tests.Equivalence;

/// <summary>Every declared model against the scalar reference in double.</summary>
[Trait("Run", "EveryInstructionSet")]
public sealed class EquivalenceTests
{
    public static TheoryData<string> Models => [.. ModelCheck.AllModels.Select(type => type.Name)];

    /// <summary>Those with a <c>Step</c>.</summary>
    public static TheoryData<string> Streaming => [.. ModelCheck.AllModels.Select(type => type.Name).Where(name => ModelCheck.Of(name).Streams)];

    /// <summary>A token is never silence; nor do all activations have f(0) = 0.</summary>
    public static TheoryData<string> StreamsThatDecay =>
        [.. ModelCheck.AllModels
            .Where(type => ReferenceFactory.ColumnsOf(ReferenceFactory.LayersOf(type)).Length == 0 && ReferenceFactory.LayersOf(type).OfType<RecurrentLayerAttribute>().All(CellOptionsFactory.RestsAtZero))
            .Select(type => type.Name).Where(name => ModelCheck.Of(name) is { Streams: true, ReadsTokens: false })];

    [Theory]
    [MemberData(nameof(Models))]
    public void Parameters_FillTheBufferOnce(string model) => ModelCheck.Of(model).ParametersFillTheBufferOnce();

    [Theory]
    [MemberData(nameof(Streaming))]
    public void Step_MatchesReference(string model) => ModelCheck.Of(model).StepMatchesReference();

    [Theory]
    [MemberData(nameof(Streaming))]
    public void StepMany_MatchesStep(string model) => ModelCheck.Of(model).StepManyMatchesStep();

    [Theory]
    [MemberData(nameof(Streaming))]
    public void StepMany_RefusesWhatIsWrong(string model) => ModelCheck.Of(model).StepManyRefusesWhatIsWrong();

    [Theory]
    [MemberData(nameof(StreamsThatDecay))]
    public void States_DecayToZeroWithoutDenormals(string model) => ModelCheck.Of(model).StatesDecayToZeroWithoutDenormals();

    [Theory]
    [MemberData(nameof(Models))]
    public void Predict_MatchesReferenceAndStep(string model) => ModelCheck.Of(model).PredictMatchesReferenceAndStep();

    [Theory]
    [MemberData(nameof(Models))]
    public void Layouts_DoNotChangeABit(string model) => ModelCheck.Of(model).LayoutsDoNotChangeABit();

    [Theory]
    [MemberData(nameof(Models))]
    public void States_MatchReference(string model) => ModelCheck.Of(model).StatesMatchReference();

    [Theory]
    [MemberData(nameof(Models))]
    public void ForwardAndBackward_MatchReference(string model) => ModelCheck.Of(model).ForwardAndBackwardMatchReference();
}
