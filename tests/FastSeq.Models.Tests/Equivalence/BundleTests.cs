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

    /// <summary>The loss of overlapping windows leaves their first time steps out, so their rows lie in the order of time. The steps are so small that the weights stay.</summary>
    [Fact]
    public void OverlappingWindows_TrainOnTheLossOfTheWhole()
    {
        float[][] Rows(int size) => [.. Enumerable.Range(0, 35).Select(b => Enumerable.Range(0, b * 5 % 14 * size).Select(i => MathF.Sin(b + i)).ToArray())];
        var data = new ArrayDataset<float, float>(Rows(5), Rows(2), 5);
        var model = new Tests.Models.BundledFrozen(seed: 3);
        using var whole = new Trainer<Tests.Models.BundledFrozen>(model, new TrainerOptions { BatchSize = 40 });
        double expected = whole.Evaluate(data).Loss;
        using var cut = new Trainer<Tests.Models.BundledFrozen>(
            model, new TrainerOptions { Optimizer = new Sgd(1e-12), BatchSize = 40, Threads = 3, Truncation = new TruncatedBackpropagation(2, 5) });
        Assert.Equal(expected, cut.Fit(data, epochs: 1).Single().Loss, 1e-6 * expected);
    }

    [Fact]
    public void WrongTarget_IsNamed()
    {
        int[] lengths = [.. Enumerable.Range(0, 35).Select(b => b * 5 % 14)];
        using Tests.Models.BundledPeepholes.Run run = new Tests.Models.BundledPeepholes(seed: 1).CreateRun(lengths.Length, 13);
        for (int b = 0, row = 0; b < lengths.Length; row += lengths[b++])
        {
            for (int t = 0; t < lengths[b]; t++)
            {
                int[] inputs = new int[lengths.Sum()], targets = new int[lengths.Sum()];
                targets[row + t] = 5;
                string message = Assert.Throws<ArgumentException>(() => run.Forward(new SequenceBatch<int, int>(inputs, lengths, targets), training: true)).Message;
                Assert.StartsWith($"The target of sequence {b} at time step {t} is ", message, StringComparison.Ordinal);
            }
        }
    }
}
