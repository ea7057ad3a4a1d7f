using Xunit;

namespace FastSeq.Tests.Equivalence;

/// <content>However sequences lie in memory, and whatever stands beside them, a model gives the same bits.</content>
public sealed partial class ModelCheck<TModel, T, TInput, TTarget>
{
    public override void LayoutsDoNotChangeABit()
    {
        const int Steps = 17;
        var batch = new TestBatch<T, TInput, TTarget>(Name, Info, Ragged);
        Compare("masked", batch, LaidOut<T, TInput, TTarget>.Masked(batch, Info, Steps));
        var full = new TestBatch<T, TInput, TTarget>(Name, Info, 4, 9, 1, 4, 13);
        Compare("packed", full, LaidOut<T, TInput, TTarget>.Packed(full, Info));

        void Compare(string how, TestBatch<T, TInput, TTarget> plain, LaidOut<T, TInput, TTarget> other)
        {
            using SequenceRun<T, TInput, TTarget> one = _model.NewRun(Ragged.Length, Steps, 1), run = _model.NewRun(Ragged.Length, Steps, 1);
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
}
