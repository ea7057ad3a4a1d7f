using FastSeq.Cells;
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
            WindowsFollowTheReference(batch, dataset);
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

    /// <summary>Truncated back-propagation against the reference: windows of four time steps, a step of SGD each, from states that are constants.</summary>
    private void WindowsFollowTheReference(TestBatch<T, TInput, TTarget> batch, ArrayDataset<TInput, TTarget> dataset)
    {
        // In float four steps move a parameter by little more than its roundings. Masks go by places in batches that the trainer puts together; what a convolution keeps is no state of the reference.
        if (typeof(T) == typeof(float) || ReferenceFactory.DropsOut(typeof(TModel)) || Info.States.Any(state => state.Name.EndsWith(".before", StringComparison.Ordinal)))
        {
            return;
        }

        const int Steps = 4;
        const double Rate = 0.125;
        TModel model = TModel.Create(seed: 1);
        _model.Parameters.CopyTo(model.Parameters);
        using (var trainer = new Trainer<TModel>(model, new TrainerOptions { Optimizer = new Sgd(Rate), BatchSize = dataset.Count, Truncation = new TruncatedBackpropagation(Steps) }))
        {
            Assert.Single(trainer.Fit(dataset, epochs: 1));
        }

        ReferenceModel<double> reference = ReferenceFactory.Make<double>(typeof(TModel));
        reference.SetParameters(_reference.Parameters.ToDictionary(p => p.Name, p => p.Values));
        var states = new IReadOnlyList<CellState<double>>?[dataset.Count];
        for (int start = 0; start < batch.Lengths.Max(); start += Steps)
        {
            ReferenceSequence<double>[] window = [.. batch.Sequences.Select((s, b) => new ReferenceSequence<double>
            {
                Tokens = Cut(s.Tokens), Features = Cut(s.Features), Labels = Cut(s.Labels), Targets = Cut(s.Targets), InitialStates = states[b],
            })];
            reference.Train(window, ReferenceFactory.MakeLoss<double>(ReferenceFactory.LossOf(typeof(TModel))));
            states = [.. window.Select(sequence => sequence.FinalStates)];
            foreach (ReferenceParameter<double> parameter in reference.Parameters)
            {
                for (int i = 0; i < parameter.Values.Length; i++)
                {
                    parameter.Values[i] -= Rate * parameter.Gradient[i];
                }
            }

            TValue[] Cut<TValue>(TValue[] rows) => rows[Math.Min(start, rows.Length)..Math.Min(start + Steps, rows.Length)];
        }

        foreach (ReferenceParameter<double> parameter in reference.Parameters)
        {
            var actual = new T[parameter.Values.Length];
            Info.Parameter(parameter.Name).CopyTo<T>(model.Parameters, actual);
            Agreement.Check($"{parameter.Name} after windows", parameter.Values, actual, 3 * Tolerance);
        }
    }
}
