using Xunit;

namespace FastSeq.Tests.Equivalence;

/// <summary>What no comparison with a reference shows: threads, allocation, and (for doubles) the definition of a gradient.</summary>
public sealed class RepeatabilityTests
{
    public static TheoryData<string> Models => EquivalenceTests.Models;

    public static TheoryData<string> DoubleModels =>
        [.. ModelCheck.AllModels.Where(type => type.GetInterfaces().Any(i => i.GenericTypeArguments.Contains(typeof(double)))).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Threads_DoNotChangeABit(string model) => ModelCheck.Of(model).ThreadsDoNotChangeABit();

    [Theory]
    [MemberData(nameof(Models))]
    public void Trainers_Agree(string model) => ModelCheck.Of(model).TrainersAgree();

    [Theory]
    [InlineData("DropoutBeforeHead")]
    [InlineData("DropoutEverywhere")]
    [InlineData("DropoutEverywhereDouble")]
    [InlineData("RegularizedText")]
    [InlineData("RegularizedStream")]
    [InlineData("RegularizedDouble")]
    [InlineData("RegularizedFrozen")]
    public void Dropout_ChangesWithTheIteration(string model) => ModelCheck.Of(model).DropoutChangesWithTheIteration();

    [Theory]
    [MemberData(nameof(Models))]
    public void Nothing_IsAllocated(string model) => ModelCheck.Of(model).NothingIsAllocated();

    [Theory]
    [MemberData(nameof(DoubleModels))]
    public void Gradients_MatchCentralDifferences(string model) => ModelCheck.Of(model).GradientsMatchCentralDifferences();
}
