using Xunit;

namespace FastSeq.Tests.Training;

[SequenceModel]
[Input(4)]
[Rnn(20)]
[Linear(5)]
[BinaryCrossEntropy]
public sealed partial class SmallLabels;

[SequenceModel]
[Input(4)]
[Rnn(20)]
[Linear(5)]
[MeanAbsoluteError]
public sealed partial class SmallAbsolute;

[SequenceModel]
[Input(4)]
[Rnn(20)]
[Linear(6)]
[Quantile(0.1f, 0.5f, 0.9f)]
public sealed partial class SmallQuantiles;

[SequenceModel]
[Input(4)]
[Rnn(20)]
[Linear(5)]
[Huber]
public sealed partial class SmallHuber;

[SequenceModel]
[Input(4)]
[Rnn(20)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class SmallSquares;

[SequenceModel]
[Input(4)]
[Rnn(20, LearnInitialState = true)]
[Linear(1)]
[MeanSquaredError]
public sealed partial class SmallLearnedState;

/// <summary>
/// Small models sum gradients and losses up by bundles of sequences, which threads take side by side: batches so large that they do so at the same time, again and again.
/// </summary>
public sealed class BundleTests
{
    const int Batch = 64, TimeSteps = 60, Times = 60;

    [Fact]
    public void BinaryCrossEntropy_HasOneThreadsBits() => Check(new SmallLabels(seed: 1), SmallLabels.OutputSize);

    [Fact]
    public void MeanAbsoluteError_HasOneThreadsBits() => Check(new SmallAbsolute(seed: 1), SmallAbsolute.OutputSize);

    [Fact]
    public void Quantiles_HaveOneThreadsBits() => Check(new SmallQuantiles(seed: 1), SmallQuantiles.OutputSize / 3);

    [Fact]
    public void Huber_HasOneThreadsBits() => Check(new SmallHuber(seed: 1), SmallHuber.OutputSize);

    [Fact]
    public void MeanSquaredError_HasOneThreadsBits() => Check(new SmallSquares(seed: 1), SmallSquares.OutputSize);

    [Fact]
    public void LearnedInitialState_HasOneThreadsBits() => Check(new SmallLearnedState(seed: 1), SmallLearnedState.OutputSize);

    static void Check<TModel>(TModel model, int targetSize)
        where TModel : class, ISequenceModel<TModel, float, float, float>
    {
        var random = new Random(7);
        float[] inputs = [.. Enumerable.Range(0, Batch * TimeSteps * 4).Select(_ => random.NextSingle() - 0.5f)], targets = [.. Enumerable.Range(0, Batch * TimeSteps * targetSize).Select(_ => random.NextSingle())];
        int[] lengths = [.. Enumerable.Repeat(TimeSteps, Batch)];

        // No parameter is without a gradient: one that a thread had overwritten would show.
        (float loss, float[] gradients) = Step(1, 1).Single();
        foreach (ParameterInfo parameter in model.Info.Parameters)
        {
            var values = new float[parameter.Count];
            parameter.CopyTo<float>(gradients, values);
            Assert.DoesNotContain(0f, values);
        }

        foreach (int threads in new[] { 2, 3 })
        {
            foreach ((float otherLoss, float[] otherGradients) in Step(threads, Times))
            {
                Assert.Equal(loss, otherLoss);
                Assert.Equal(gradients, otherGradients);
            }
        }

        IEnumerable<(float Loss, float[] Gradients)> Step(int threads, int times)
        {
            using SequenceRun<float, float, float> run = model.NewRun(Batch, TimeSteps, threads, int.MaxValue);
            for (int time = 0; time < times; time++)
            {
                float result = run.Forward(new SequenceBatch<float, float>(inputs, lengths, targets), training: true);
                run.Backward();
                yield return (result, run.Gradients.ToArray());
            }
        }
    }
}
