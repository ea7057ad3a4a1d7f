using FastSeq.Tests.Models;
using Xunit;

namespace FastSeq.Tests.Training;

public sealed class MaskTests
{
    // Masks of a sequence belong to its place in the caller's batch: whatever runs beside it, and in whatever order of lengths, it has the same bits.
    [Fact]
    public void MasksOfASequence_DoNotDependOnTheOthers()
    {
        var model = new RegularizedStream(seed: 1);
        float[] second = Noise(6, seed: 2);
        float[][] outputs = [Second(0), Second(3), Second(9)];
        Assert.Equal(outputs[0], outputs[1]);
        Assert.Equal(outputs[0], outputs[2]);

        float[] Second(int lengthOfFirst)
        {
            using RegularizedStream.Run run = model.CreateRun(maxBatch: 3, maxTimeSteps: 9);
            float[] inputs = [.. Noise(lengthOfFirst, seed: 1), .. second, .. Noise(4, seed: 3)];
            run.Forward(new SequenceBatch<float, float>(inputs, [lengthOfFirst, 6, 4], new float[2 * (lengthOfFirst + 10)]), training: true);
            return run.Outputs.Slice(2 * lengthOfFirst, 12).ToArray();
        }
    }

    // Equal sequences at two places of a batch are dropped differently, and so is one sequence from iteration to iteration.
    [Fact]
    public void Places_HaveMasksOfTheirOwn()
    {
        var model = new RegularizedStream(seed: 1);
        using RegularizedStream.Run run = model.CreateRun(maxBatch: 2, maxTimeSteps: 6);
        float[] sequence = Noise(6, seed: 2);
        var batch = new float[24];
        float[] Outputs()
        {
            run.Forward(new SequenceBatch<float, float>([.. sequence, .. sequence], [6, 6], batch), training: true);
            return run.Outputs.ToArray();
        }

        float[] first = Outputs(), next = Outputs();
        Assert.NotEqual(first[..12], first[12..]);
        Assert.NotEqual(first, next);
    }

    private static float[] Noise(int timeSteps, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 5 * timeSteps).Select(_ => random.NextSingle() - 0.5f)];
    }
}
