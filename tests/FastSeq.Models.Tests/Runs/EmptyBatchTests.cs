using System.Runtime.InteropServices;
using FastSeq.Tests.Models;
using FastSeq.Tests.Oracles;
using Xunit;

namespace FastSeq.Tests.Runs;

/// <summary>Batches in which no sequence has a time step: a final state is the state that the sequence began with, and so are the gradients.</summary>
public sealed class EmptyBatchTests
{
    private readonly LearnedLstm model = new(seed: 1);

    [Fact]
    public void GradientsByInitialStates_AreNotThoseOfTheBatchBefore()
    {
        using LearnedLstm.Run run = model.CreateRun(2, 3);
        var states = new LearnedLstm.State[2];
        var gradients = new LearnedLstm.State[2];
        run.Forward(new SequenceBatch<float, float>(VectorNumbers.Numbers<float>("x", 10, 1), [1, 1], new float[6]), states, training: true);
        run.Backward();
        run.CopyInitialGradients(gradients);
        Assert.Contains(Numbers(gradients).ToArray(), number => number != 0);
        run.Forward(new SequenceBatch<float, float>([], [0, 0], new float[6]), states, training: true);
        run.Backward();
        run.CopyInitialGradients(gradients);
        Assert.All(Numbers(gradients).ToArray(), number => Assert.Equal(0, number));
    }

    [Fact]
    public void GradientsByFinalStates_ReachLearnedInitialStates()
    {
        using LearnedLstm.Run run = model.CreateRun(2, 3);
        var final = new LearnedLstm.State[2];
        StateInfo h = LearnedLstm.ModelInfo.States[0];
        int stride = Numbers(final).Length / 2;
        for (int b = 0; b < 2; b++) Numbers(final).Slice((b * stride) + h.Offset, h.Size).Fill(b + 1);
        run.Forward(new SequenceBatch<float, float>([], [0, 0], new float[6]), training: true);
        run.Backward(final);
        ParameterInfo learned = LearnedLstm.ModelInfo.Parameter("lstm.h_0_l0");
        var gradient = new float[learned.Count];
        learned.CopyTo<float>(run.Gradients, gradient);
        Assert.All(gradient, number => Assert.Equal(3, number));
    }

    private static Span<float> Numbers(LearnedLstm.State[] states) => MemoryMarshal.Cast<LearnedLstm.State, float>(states.AsSpan());
}
