using FastSeq.Generators.Tests.Support;

namespace FastSeq.Generators.Tests.Diagnostics;

/// <summary>Wrong options of losses, and losses that do not fit the layers above them. The loss stands in line 6.</summary>
public class LossDiagnosticsTests
{
    [Theory]
    [InlineData("CrossEntropy(LabelSmoothing = 1)", "[CrossEntropy(LabelSmoothing = 1f)]: LabelSmoothing must be at least 0 and below 1.")]
    [InlineData("CrossEntropy(LabelSmoothing = -0.1f)", "[CrossEntropy(LabelSmoothing = -0.1f)]: LabelSmoothing must be at least 0 and below 1.")]
    [InlineData("CrossEntropy(LabelSmoothing = float.NaN)", "[CrossEntropy(LabelSmoothing = float.NaN)]: LabelSmoothing must be at least 0 and below 1.")]
    [InlineData("CrossEntropy(ClassWeights = new[] { 1, -1f, 1, 1 })", "[CrossEntropy(ClassWeights = new[] { 1f, -1f, 1f, 1f })]: each of ClassWeights must be a finite number of 0 or more.")]
    [InlineData("CrossEntropy(ClassWeights = new[] { 1, float.NaN, 1, 1 })", "[CrossEntropy(ClassWeights = new[] { 1f, float.NaN, 1f, 1f })]: each of ClassWeights must be a finite number of 0 or more.")]
    [InlineData("BinaryCrossEntropy(PositiveWeights = new[] { 1f, 0, 1, 1 })", "[BinaryCrossEntropy(PositiveWeights = new[] { 1f, 0f, 1f, 1f })]: each of PositiveWeights must be a finite number above 0.")]
    [InlineData("Huber(0)", "[Huber(0f)]: delta must be a finite number above 0.")]
    [InlineData("Huber(-1)", "[Huber(-1f)]: delta must be a finite number above 0.")]
    [InlineData("Huber(float.PositiveInfinity)", "[Huber(float.PositiveInfinity)]: delta must be a finite number above 0.")]
    [InlineData("Quantile", "[Quantile]: the number of quantiles must be 1 or more.")]
    [InlineData("Quantile(null)", "[Quantile(null)]: the number of quantiles must be 1 or more.")]
    [InlineData("Quantile(0.5f, 1)", "[Quantile(0.5f, 1f)]: each quantile must be above 0 and below 1.")]
    [InlineData("Quantile(0, 0.5f)", "[Quantile(0f, 0.5f)]: each quantile must be above 0 and below 1.")]
    public void WrongOption_NamesItsRange(string loss, string expected) => Check(loss, "(6,2): error FSQ039: " + expected);

    [Theory]
    [InlineData("CrossEntropy(ClassWeights = new[] { 1f, 2f })", "[CrossEntropy(ClassWeights = new[] { 1f, 2f })]: 2 class weights do not fit the 4 outputs of [Linear(4)]. Give one weight an output.")]
    [InlineData("BinaryCrossEntropy(PositiveWeights = new[] { 1f })", "[BinaryCrossEntropy(PositiveWeights = new[] { 1f })]: 1 positive weights do not fit the 4 outputs of [Linear(4)]. Give one weight an output.")]
    [InlineData("Ctc(Blank = 4)", "[Ctc(Blank = 4)]: blank 4 does not fit the 4 outputs of [Linear(4)]. Set Blank to an output from 0 to 3.")]
    [InlineData("Ctc(Blank = -1)", "[Ctc(Blank = -1)]: blank -1 does not fit the 4 outputs of [Linear(4)]. Set Blank to an output from 0 to 3.")]
    [InlineData("Quantile(0.1f, 0.5f, 0.9f)", "[Quantile(0.1f, 0.5f, 0.9f)]: 3 quantiles do not fit the 4 outputs of [Linear(4)]. Give [Linear] a multiple of 3 outputs: all quantiles of the first target, then those of the next.")]
    [InlineData("Quantile(0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f)", "[Quantile(0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f, ...)]: 9 quantiles do not fit the 4 outputs of [Linear(4)]. Give [Linear] a multiple of 9 outputs: all quantiles of the first target, then those of the next.")]
    public void WrongNumber_NamesTheOutputsAndTheMend(string loss, string expected) => Check(loss, "(6,2): error FSQ040: " + expected);

    [Theory]
    [InlineData("CrossEntropy(LabelSmoothing = 0.1f)", "[CrossEntropy(LabelSmoothing = 0.1f)] after [Sigmoid]: it applies the softmax itself and expects unbounded outputs. Remove [Sigmoid].")]
    [InlineData("Ctc", "[Ctc] after [Sigmoid]: it applies the softmax itself and expects unbounded outputs. Remove [Sigmoid].")]
    [InlineData("BinaryCrossEntropy", "[BinaryCrossEntropy] after [Sigmoid]: it applies the sigmoid itself and expects unbounded outputs. Remove [Sigmoid].")]
    public void ActivationBeforeLogits_IsWarnedOf(string loss, string expected) => Check("Sigmoid, " + loss, "(6,11): warning FSQ017: " + expected);

    [Theory]
    [InlineData("Residual, Linear(4), Sigmoid, BinaryCrossEntropy")]
    [InlineData("Residual, Linear(2), Relu, Dropout(0.5f), LastStep, CrossEntropy")]
    [InlineData("Sigmoid, Skip(\"linear\"), BinaryCrossEntropy")]
    public void SumThatNoActivationBounds_IsNotWarnedOf(string layers) => Check(layers);

    [Theory]
    [InlineData("Residual, Lstm(4), Sigmoid, BinaryCrossEntropy", "(6,30): warning FSQ017: [BinaryCrossEntropy] after [Sigmoid]: it applies the sigmoid itself and expects unbounded outputs. Remove [Sigmoid].")]
    [InlineData("Residual, Linear(4), Relu, Sigmoid, BinaryCrossEntropy", "(6,38): warning FSQ017: [BinaryCrossEntropy] after [Sigmoid]: it applies the sigmoid itself and expects unbounded outputs. Remove [Sigmoid].")]
    public void ActivationOfASum_IsWarnedOf(string layers, string expected) => Check(layers, expected);

    [Theory]
    [InlineData("CrossEntropy(LabelSmoothing = 0.1f, IgnoreIndex = -100, ClassWeights = new[] { 0f, 1, 2, 3 })")]
    [InlineData("CrossEntropy(ClassWeights = null)")]
    [InlineData("BinaryCrossEntropy(PositiveWeights = new[] { 1f, 2, 3, 0.5f })")]
    [InlineData("MeanAbsoluteError")]
    [InlineData("Ctc")]
    [InlineData("Ctc(Blank = 3, ZeroInfinity = true)")]
    [InlineData("Huber")]
    [InlineData("Sigmoid, Huber(0.5f)")]
    [InlineData("Quantile(0.1f, 0.9f)")]
    [InlineData("Quantile(0.1f, 0.5f, 0.5f, 0.9f)")]
    public void RightOptions_AreAccepted(string loss) => Check(loss);

    [Fact]
    public void CtcAfterAnotherPooling_IsRefused() => Check(
        "MeanOverTime, Ctc(Blank = 3)",
        "(6,16): error FSQ041: [Ctc(Blank = 3)] cannot follow [MeanOverTime]: it spreads labels over all time steps, and [MeanOverTime] leaves one. Remove [MeanOverTime], or use [CrossEntropy].");

    [Fact]
    public void CtcAfterLastStep_IsRefused() => Check(
        "LastStep, Ctc(Blank = 3)",
        "(6,12): error FSQ041: [Ctc(Blank = 3)] cannot follow [LastStep]: it spreads labels over all time steps, and [LastStep] leaves one. Remove [LastStep], or use [CrossEntropy].");

    [Fact]
    public void CtcOfOneOutput_HasNothingToTellApart() => Check(
        "Linear(1), Ctc",
        "(6,13): error FSQ016: [Ctc] cannot follow an output of size 1 ([Linear(1)]): one class leaves nothing to tell apart. Use a size of 2 or more, or [MeanSquaredError].");

    private static void Check(string loss, params string[] expected)
    {
        GeneratorOutcome outcome = Harness.Run($"using FastSeq;\n[SequenceModel]\n[Input(5)]\n[Lstm(3)]\n[Linear(4)]\n[{loss}]\npublic sealed partial class Tagger;\n");
        Assert.Null(outcome.Crash);
        Assert.Equal(expected, outcome.Reported);
        Assert.Equal(expected.Any(line => line.Contains("error", StringComparison.Ordinal)) ? 0 : 1, outcome.Files.Count);
        Assert.Empty(outcome.GeneratedErrors);
    }
}
