using Xunit;

namespace FastSeq.Tests.Equivalence;

/// <content>However sequences lie in memory, and whatever stands beside them, a model gives the same bits.</content>
public sealed partial class ModelCheck<TModel, T, TInput, TTarget>
{
    public override void LayoutsDoNotChangeABit()
    {
        CompareLayouts("masked", new TestBatch<T, TInput, TTarget>(Name, Info, Ragged), masked: true);
        CompareLayouts("packed", new TestBatch<T, TInput, TTarget>(Name, Info, 4, 9, 1, 4, 13), masked: false);
    }

    private void CompareLayouts(string how, TestBatch<T, TInput, TTarget> plain, bool masked)
    {
        const int Steps = 17;
        LaidOut<T, TInput, TTarget> other = masked ? LaidOut<T, TInput, TTarget>.Masked(plain, Info, Steps) : LaidOut<T, TInput, TTarget>.Packed(plain, Info);
        using SequenceRun<T, TInput, TTarget> one = _model.NewRun(plain.Lengths.Length, Steps, 1), run = _model.NewRun(plain.Lengths.Length, Steps, 1);
        T[] outputs = other.NewOutputs();
        run.Predict(other.Sequences, outputs);
        AssertSameBits($"{how} Predict", Predict(one, plain), other.Take(outputs));

        T expected = one.Forward(plain.Sequence, training: true), loss = run.Forward(other.Sequence, training: true);
        AssertSameBits($"loss of a {how} batch", [expected], [loss]);
        AssertSameBits($"outputs of a {how} Forward", one.Outputs, other.Take(run.Outputs));
        Assert.Equal(one.Metric, run.Metric);
        one.Backward();
        run.Backward();
        AssertSameBits($"gradients of a {how} batch", one.Gradients, run.Gradients);
    }
}
