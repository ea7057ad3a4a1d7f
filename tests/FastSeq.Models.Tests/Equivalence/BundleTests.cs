using Xunit;

namespace FastSeq.Tests.Equivalence;

/// <summary>Models whose sequences lie bundle by bundle, in batches of several bundles.</summary>
[Trait("Run", "EveryInstructionSet")]
public sealed class BundleTests
{
    public static TheoryData<string> Models => [.. ModelCheck.AllModels.Select(type => type.Name).Where(name => ModelCheck.Of(name).LiesByBundle)];

    /// <summary>All of them lie so that are made for it, and some others.</summary>
    [Fact]
    public void ModelsOfTheSize_LieByBundle()
    {
        string[] names = [.. Models.Select(row => row.Data)];
        Assert.Equal(8, names.Count(name => name.StartsWith("Bundled", StringComparison.Ordinal)));
        Assert.Contains(nameof(Tests.Models.TimeSeriesPredictor), names);
        Assert.DoesNotContain(nameof(Tests.Models.LstmFloat20), names);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Bundles_MatchReference(string model) => ModelCheck.Of(model).BundlesMatchReference();

    [Theory]
    [MemberData(nameof(Models))]
    public void Layouts_DoNotChangeABit(string model) => ModelCheck.Of(model).LayoutsOfBundlesDoNotChangeABit();

    [Theory]
    [MemberData(nameof(Models))]
    public void Nothing_IsAllocated(string model) => ModelCheck.Of(model).NothingIsAllocatedForBundles();

    [Theory]
    [MemberData(nameof(Models))]
    public void Windows_EvaluateTheWhole(string model) => ModelCheck.Of(model).WindowsOfBundlesEvaluateTheWhole();
}
