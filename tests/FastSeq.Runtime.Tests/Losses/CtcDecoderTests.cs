using CsCheck;
using Xunit;

namespace FastSeq.Tests.Losses;

public sealed class CtcDecoderTests
{
    [Fact]
    public void Greedy_JoinsRepetitionsAndTakesBlanksOut()
    {
        Span<int> labels = stackalloc int[7];
        Assert.Equal("2 1 1 2", Shown(labels[..CtcDecoder.Greedy(Path(3, 0, 2, 2, 1, 0, 1, 2), 3, labels)]));
        Assert.Equal("0 2 1", Shown(labels[..CtcDecoder.Greedy(Path(4, 0, 0, 3, 2, 1), 4, labels, blank: 3)]));
        Assert.Equal(0, CtcDecoder.Greedy<float>([], 3, labels));
    }

    // "1" has three paths of 0.16 to 0.24 each, and each is less probable than that of blanks alone.
    [Fact]
    public void Beam_AddsUpPathsThatGreedyDoesNotSee()
    {
        double[] x = [Math.Log(0.6), Math.Log(0.4), Math.Log(0.6), Math.Log(0.4)];
        var labels = new int[2];
        Assert.Equal(0, CtcDecoder.Greedy<double>(x, 2, labels));
        Assert.Equal(1, CtcDecoder.Beam<double>(x, 2, 4, labels, out double logProbability));
        Assert.Equal(1, labels[0]);
        Assert.Equal(Math.Log(0.64), logProbability, 1e-14);
    }

    [Fact]
    public void WideBeam_FindsTheMostProbableLabels() => Gen.Select(Gen.Int[0, 5], Gen.Int[2, 4], Gen.Int).Sample((steps, classes, seed) =>
    {
        var random = new Random(seed);
        int blank = random.Next(classes);
        double[] x = [.. Enumerable.Range(0, steps * classes).Select(_ => 4 * random.NextDouble() - 2)];
        KeyValuePair<string, double> best = CtcPaths.ProbabilitiesOfLabels(x, classes, blank).MaxBy(pair => pair.Value);
        var labels = new int[5];
        int count = CtcDecoder.Beam<double>(x, classes, 2000, labels, out double logProbability, blank);
        Assert.Equal(best.Key, Shown(labels.AsSpan(0, count)));
        Assert.Equal(Math.Log(best.Value), logProbability, 1e-12);
    }, iter: 100);

    [Fact]
    public void NarrowBeam_IsAtMostAsProbableAsTheLabelsAre() => Gen.Select(Gen.Int[1, 4], Gen.Int).Sample((width, seed) =>
    {
        var random = new Random(seed);
        double[] x = [.. Enumerable.Range(0, 6 * 3).Select(_ => 4 * random.NextDouble() - 2)];
        var labels = new int[6];
        int count = CtcDecoder.Beam<double>(x, 3, width, labels, out double logProbability);
        Assert.True(logProbability <= Math.Log(CtcPaths.ProbabilitiesOfLabels(x, 3, 0)[Shown(labels.AsSpan(0, count))]) + 1e-12);
    }, iter: 100);

    [Fact]
    public void Decoder_RepeatsItself_AndAllocatesNothing()
    {
        var random = new Random(2);
        float[] x = [.. Enumerable.Range(0, 50 * 12).Select(_ => 4 * random.NextSingle() - 2)];
        var decoder = new CtcBeamDecoder(12, 60, 20);
        int[] first = new int[50], second = new int[50];
        int count = decoder.Decode<float>(x, first, out double logProbability);
        decoder.Decode<float>(x.AsSpan(0, 24), second, out _);
        Assert.Equal((count, logProbability), (decoder.Decode<float>(x, second, out double again), again));
        Assert.Equal(first, second);
        Assert.Equal(0, LeastAllocation.Of(() => { decoder.Decode<float>(x, second, out _); }));
        Assert.Equal(0, LeastAllocation.Of(() => { CtcDecoder.Greedy<float>(x, 12, second); }));
    }

    [Fact]
    public void WrongSizes_AreNamed()
    {
        var labels = new int[1];
        Assert.Contains("room for 1 labels", Assert.Throws<ArgumentException>(() => CtcDecoder.Greedy(Path(3, 1, 2), 3, labels)).Message);
        Assert.Contains("room for 1 labels", Assert.Throws<ArgumentException>("labels", () => CtcDecoder.Beam(Path(3, 1, 2), 3, 5, labels, out _)).Message);
        Assert.Throws<ArgumentException>(() => CtcDecoder.Greedy<float>([1, 2, 3, 4], 3, labels));
        Assert.Throws<ArgumentOutOfRangeException>(() => CtcDecoder.Greedy<float>([1, 2, 3], 3, labels, blank: 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => CtcDecoder.Beam<float>([1, 2, 3], 3, 0, labels, out _));
        Assert.Throws<ArgumentException>(() => new CtcBeamDecoder(3, 1, 1).Decode<float>(new float[6], labels, out _));
    }

    static float[] Path(int classes, params int[] path) => [.. path.SelectMany(k => Enumerable.Range(0, classes).Select(j => j == k ? 9f : 0))];

    static string Shown(ReadOnlySpan<int> labels) => string.Join(" ", labels.ToArray());
}
