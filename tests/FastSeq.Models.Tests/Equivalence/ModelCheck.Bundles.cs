using System.Reflection;
using Xunit;

namespace FastSeq.Tests.Equivalence;

/// <content>A batch of so many sequences that they lie bundle by bundle, in models that do so.</content>
public sealed partial class ModelCheck<TModel, T, TInput, TTarget>
{
    /// <summary>Four bundles; some sequences are empty, and of some bundles one sequence goes on alone.</summary>
    private static readonly int[] Many = [.. Enumerable.Range(0, 65).Select(b => b * 5 % 13), 13];

    public override bool LiesByBundle
    {
        get
        {
            using SequenceRun<T, TInput, TTarget> run = _model.NewRun(1, 1, 1);
            return (bool)run.GetType().GetProperty("SharesBundles", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(run)!;
        }
    }

    public override void BundlesMatchReference()
    {
        var batch = new TestBatch<T, TInput, TTarget>(Name + ".bundles", Info, Many);
        using SequenceRun<T, TInput, TTarget> run = _model.NewRun(Many.Length, Many.Max(), 1);

        // Leave something behind that must not matter: rows at other places, and fewer bundles.
        foreach (int[] before in new int[][] { [.. Enumerable.Repeat(13, 66)], [.. Enumerable.Repeat(13, 17)] })
        {
            run.Forward(new TestBatch<T, TInput, TTarget>(Name + ".before", Info, before).Sequence, training: true);
            run.Backward();
        }

        run.DropoutSeed = DropoutSeed;
        run.Iteration = Iteration;
        CheckTraining(run, batch);
        run.Iteration = Iteration;
        T loss = run.Forward(batch.Sequence, training: true);
        run.Backward();
        T[] outputs = run.Outputs.ToArray(), gradients = run.Gradients.ToArray();
        AssertSameBits("outputs of Forward and Predict", Predict(run, batch), outputs);
        AssertSameBits("padded Predict", outputs, PredictPadded(run, batch));
        for (int b = 0, row = 0; b < Many.Length; row += batch.Rows[b++])
        {
            var alone = new T[batch.Rows[b] * OutputSize];
            run.Predict(batch.InputsOf(b), alone);
            AssertSameBits($"Predict of sequence {b} alone", alone, outputs.AsSpan(row * OutputSize, alone.Length));
        }

        // As many threads as bundles, fewer, and more, which share them: dividing them evenly or not.
        foreach (int threads in new[] { 2, 3, 4, 5, 8, 13 })
        {
            using SequenceRun<T, TInput, TTarget> threaded = _model.NewRun(70, 20, threads);
            for (int repeat = 0; repeat < 2; repeat++)
            {
                threaded.DropoutSeed = DropoutSeed;
                threaded.Iteration = Iteration;
                AssertSameBits($"loss with {threads} threads", [loss], [threaded.Forward(batch.Sequence, training: true)]);
                threaded.Backward();
                AssertSameBits($"outputs with {threads} threads", outputs, threaded.Outputs);
                AssertSameBits($"gradients with {threads} threads", gradients, threaded.Gradients);
                AssertSameBits($"Predict with {threads} threads", outputs, Predict(threaded, batch));
            }
        }
    }

    public override void LayoutsOfBundlesDoNotChangeABit()
    {
        CompareLayouts("masked", new TestBatch<T, TInput, TTarget>(Name, Info, Many), masked: true);
        CompareLayouts("packed", new TestBatch<T, TInput, TTarget>(Name, Info, [.. Many.Where(length => length > 0)]), masked: false);
    }

    public override void NothingIsAllocatedForBundles()
    {
        var batch = new TestBatch<T, TInput, TTarget>(Name, Info, Many);
        using SequenceRun<T, TInput, TTarget> run = _model.NewRun(Many.Length, Many.Max(), 1), threaded = _model.NewRun(Many.Length, Many.Max(), 3);
        var outputs = new T[batch.Rows.Sum() * OutputSize];
        Assert.Equal(0, LeastAllocation.Of(() =>
        {
            foreach (SequenceRun<T, TInput, TTarget> each in (ReadOnlySpan<SequenceRun<T, TInput, TTarget>>)[run, threaded])
            {
                each.Predict(batch.Inputs, batch.Lengths, outputs);
                each.Forward(batch.Sequence, training: true);
                each.Backward();
            }
        }));
    }

    /// <summary>Cut into windows, sequences have the loss that they have in one piece.</summary>
    public override void WindowsOfBundlesEvaluateTheWhole()
    {
        if (!Streams || Info.LastStepOnly)
        {
            return;
        }

        var batch = new TestBatch<T, TInput, TTarget>(Name + ".windows", Info, Many);
        var dataset = new ArrayDataset<TInput, TTarget>(
            [.. Many.Select((_, b) => batch.InputsOf(b).ToArray())], [.. Many.Select((_, b) => batch.TargetsOf(b).ToArray())], batch.StepSize);
        using var whole = new Trainer<TModel>(_model, new TrainerOptions { BatchSize = 70 });
        using var cut = new Trainer<TModel>(_model, new TrainerOptions { BatchSize = 70, Truncation = new TruncatedBackpropagation(2, 5) });
        double expected = whole.Evaluate(dataset).Loss;
        Assert.Equal(expected, cut.Evaluate(dataset).Loss, (typeof(T) == typeof(float) ? 1e-6 : 1e-13) * (1 + Math.Abs(expected)));
    }
}
