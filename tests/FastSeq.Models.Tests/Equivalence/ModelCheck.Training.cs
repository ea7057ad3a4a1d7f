using Xunit;

namespace FastSeq.Tests.Equivalence;

/// <content>A trainer, whatever it puts together or cuts: where the batch is one and whole, it is the same step.</content>
public sealed partial class ModelCheck<TModel, T, TInput, TTarget>
{
    public override void TrainersAgree()
    {
        if (!Info.LastStepOnly && Info.OutputSteps(13) == 0)
        {
            // Its convolutions leave nothing to learn, which a trainer refuses.
            return;
        }

        int[] lengths = Info.Loss.Kind == LossKind.Ctc ? [7, 4, 13, 2, 9] : [7, 1, 13, 0, 9];
        var batch = new TestBatch<T, TInput, TTarget>(Name + ".trained", Info, lengths);
        var dataset = new ArrayDataset<TInput, TTarget>(
            [.. lengths.Select((_, b) => batch.InputsOf(b).ToArray())],
            [.. lengths.Select((_, b) => (batch.TargetLengths.Length > 0 ? batch.Targets.AsSpan(batch.TargetLengths[..b].Sum(), batch.TargetLengths[b]) : batch.TargetsOf(b)).ToArray())],
            batch.StepSize);
        (T[] Weights, double Loss) expected = Train(new TrainerOptions { Optimizer = Rule(), ClipNorm = 1, BatchSize = lengths.Length });
        Same("3 threads", new TrainerOptions { Optimizer = Rule(), ClipNorm = 1, BatchSize = lengths.Length, Threads = 3 });
        Same("a token budget", new TrainerOptions { Optimizer = Rule(), ClipNorm = 1, MaxTokensPerBatch = 1_000 });
        bool isCausal = Streams && !Info.LastStepOnly && Info.TimeChanges.IsEmpty && Info.Loss.Kind != LossKind.Ctc;
        if (isCausal)
        {
            Same("one window", new TrainerOptions { Optimizer = Rule(), ClipNorm = 1, BatchSize = lengths.Length, Truncation = new TruncatedBackpropagation(13) });
            WindowsEvaluateTheWhole(dataset);
        }
        else
        {
            Assert.Throws<ArgumentException>(() => new Trainer<TModel>(TModel.Create(seed: 1), new TrainerOptions { Truncation = new TruncatedBackpropagation(13) }));
        }

        static Sgd Rule() => new(0.125, momentum: 0.5);

        void Same(string what, TrainerOptions options)
        {
            (T[] weights, double loss) = Train(options);
            Assert.Equal(expected.Loss, loss);
            AssertSameBits($"weights after training with {what}", expected.Weights, weights);
        }

        (T[] Weights, double Loss) Train(TrainerOptions options)
        {
            TModel model = TModel.Create(seed: 1);
            _model.Parameters.CopyTo(model.Parameters);
            using var trainer = new Trainer<TModel>(model, options);
            double loss = trainer.Fit(dataset, epochs: 2).Last().Loss;
            return (model.Parameters.ToArray(), loss);
        }
    }

    /// <summary>Cut into windows, sequences have the loss that they have in one piece.</summary>
    private void WindowsEvaluateTheWhole(ArrayDataset<TInput, TTarget> dataset)
    {
        using var whole = new Trainer<TModel>(_model, new TrainerOptions { BatchSize = 3 });
        using var cut = new Trainer<TModel>(_model, new TrainerOptions { BatchSize = 3, Truncation = new TruncatedBackpropagation(2, 5) });
        double expected = whole.Evaluate(dataset).Loss;
        Assert.Equal(expected, cut.Evaluate(dataset).Loss, (typeof(T) == typeof(float) ? 1e-6 : 1e-13) * (1 + Math.Abs(expected)));
    }
}
