using System.Diagnostics;
using System.Numerics;
using FastSeq.Tensors;

namespace FastSeq;

/// <summary>
/// What trains models of one kind; declared models make it, users take <see cref="Trainer{TModel}"/>.
/// All memory is allocated before the first batch: a training step allocates nothing.
/// </summary>
/// <typeparam name="TModel">The model.</typeparam>
/// <typeparam name="T">What it computes in.</typeparam>
/// <typeparam name="TInput">What a sequence consists of.</typeparam>
/// <typeparam name="TTarget">What it learns.</typeparam>
public sealed partial class TrainingEngine<TModel, T, TInput, TTarget> : ITrainingEngine<TModel>
    where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    readonly TModel model;
    readonly TrainerOptions options;
    readonly AlignedBuffer<T> lastGood;
    readonly double initialLearningRate;

    SequenceRun<T, TInput, TTarget>? run;
    BatchReader<TInput, TTarget>? reader;
    int epochsDone;
    bool fitting, disposed;

    /// <summary>Makes what trains a model.</summary>
    /// <param name="model">Trained in place.</param>
    /// <param name="options">How.</param>
    public TrainingEngine(TModel model, TrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        this.model = model;
        this.options = options;
        if (options.Truncation is not null) CheckTruncation();
        options.Optimizer.Prepare<T>(model.Parameters.Length);
        ParameterGroups.Show(TModel.ModelInfo, options.Optimizer);
        options.Optimizer.Attach(this);
        initialLearningRate = options.Optimizer.LearningRate;
        lastGood = new AlignedBuffer<T>(model.Parameters.Length);
    }

    /// <inheritdoc/>
    public IEnumerable<EpochReport> Fit(SequenceDataset training, SequenceDataset? validation, int epochs, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentOutOfRangeException.ThrowIfNegative(epochs);
        if (options.EarlyStopping is not null && validation is null)
            throw new ArgumentException("TrainerOptions.EarlyStopping needs a validation dataset.", nameof(validation));
        SequenceDataset<TInput, TTarget> typedTraining = Check(training, "training", out int maxTimeSteps);
        SequenceDataset<TInput, TTarget>? typedValidation = null;
        BatchLimits limits = LimitsOf(typedTraining, "training");
        int maxBatch = limits.MostSequences(training.Count);
        BatchLimits validationLimits = default;
        if (validation is not null)
        {
            typedValidation = Check(validation, "validation", out int validationTimeSteps);
            maxTimeSteps = Math.Max(maxTimeSteps, validationTimeSteps);
            validationLimits = LimitsOf(typedValidation, "validation");
            maxBatch = Math.Max(maxBatch, validationLimits.MostSequences(validation.Count));
        }

        return FitEpochs(
            typedTraining, new BatchOrder(training, limits), typedValidation, validation is null ? null : SortedBatches(validation, validationLimits), epochs, maxBatch, maxTimeSteps, cancellationToken);
    }

    /// <inheritdoc/>
    public EvaluationReport Evaluate(SequenceDataset dataset, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        ArgumentNullException.ThrowIfNull(dataset);
        SequenceDataset<TInput, TTarget> typed = Check(dataset, "evaluation", out int maxTimeSteps);
        BatchLimits limits = LimitsOf(typed, "evaluation");

        // A callback of Progress may evaluate, too: what the run has learned since the epoch began counts.
        run?.SyncParameters();
        Prepare(limits.MostSequences(dataset.Count), maxTimeSteps);
        run!.ForgetParameters();
        return Evaluate(typed, SortedBatches(typed, limits), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        run?.Dispose();
        options.Optimizer.Detach(this);
    }

    SequenceDataset<TInput, TTarget> Check(SequenceDataset dataset, string role, out int maxTimeSteps)
    {
        SequenceDataset<TInput, TTarget> typed = DatasetChecker.CheckKind<TInput, TTarget>(dataset, model.Info, role);
        if (dataset.Count == 0) throw new DatasetException($"The {role} dataset has no sequences.");
        int longest = DatasetChecker.CheckContent(typed, model.Info, role);
        if (longest > 0 && !model.Info.LastStepOnly && model.Info.OutputSteps(longest) == 0)
            throw new DatasetException($"The {role} dataset has no sequence of more than {longest} time steps, too few for an output of {model.Info.Name}: its convolutions make {longest} time steps into none.");
        if (longest == 0 && !model.Info.LastStepOnly)
            throw new DatasetException($"The {role} dataset has no time step that counts in any of its {dataset.Count} sequences, so there is nothing to predict. Of a mask, true is a time step that counts.");
        maxTimeSteps = Math.Max(1, longest);
        return typed;
    }

    // The run and the reader are kept from call to call and only replaced by larger ones.
    void Prepare(int maxBatch, int maxTimeSteps)
    {
        if (options.Truncation is { } rule)
        {
            maxTimeSteps = Math.Min(maxTimeSteps, rule.Length);
            if (states.Length < maxBatch * StateStride) states = new T[maxBatch * StateStride];
        }

        // The options are the same for all runs of this trainer, so only the sizes of the data can grow.
        if (run is not null && run.MaxBatch >= maxBatch && run.MaxTimeSteps >= maxTimeSteps) return;
        long iteration = 0;
        if (run is not null)
        {
            iteration = run.Iteration;
            maxBatch = Math.Max(maxBatch, run.MaxBatch);
            maxTimeSteps = Math.Max(maxTimeSteps, run.MaxTimeSteps);
            run.Dispose();

            // Where there is no memory for a larger one, none is left that could be taken for whole.
            run = null;
        }

        int maxTokens = options.MaxTokensPerBatch ?? int.MaxValue;
        run = model.NewRun(maxBatch, maxTimeSteps, options.Threads, maxTokens, options.Device);
        run.KeepsParameters = true;
        run.DropoutSeed = options.Seed;
        run.Iteration = iteration;
        reader = new BatchReader<TInput, TTarget>(model.Info, maxBatch, (int)Math.Min((long)maxBatch * maxTimeSteps, maxTokens), run.MaxTargetRows);
    }

    IEnumerable<EpochReport> FitEpochs(
        SequenceDataset<TInput, TTarget> training,
        BatchOrder order,
        SequenceDataset<TInput, TTarget>? validation,
        BatchOrder? validationOrder,
        int epochs,
        int maxBatch,
        int maxTimeSteps,
        CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (fitting) throw new InvalidOperationException("This trainer is already training: end that loop first.");
        fitting = true;
        AlignedBuffer<T>? best = null;

        // Between epochs, where the caller may end the loop, nothing has failed.
        bool fails = true;
        try
        {
            Prepare(maxBatch, maxTimeSteps);
            if (options.EarlyStopping is not null) best = NewCopy();
            int lastEpoch = epochsDone + epochs, epochsWithoutGain = 0;
            double bestLoss = double.PositiveInfinity;
            while (epochsDone < lastEpoch)
            {
                long started = Stopwatch.GetTimestamp();
                EpochReport report = TrainEpoch(training, order, lastEpoch, cancellationToken);
                if (validation is not null)
                {
                    EvaluationReport measured = Evaluate(validation, validationOrder!, cancellationToken);
                    report = report with { ValidationLoss = measured.Loss, ValidationMetric = measured.Metric };
                }

                double loss = report.ValidationLoss ?? report.Loss;
                bool isBest = loss < bestLoss - (options.EarlyStopping?.MinimumGain ?? 0);
                if (isBest)
                {
                    bestLoss = loss;
                    epochsWithoutGain = 0;
                    if (best is not null) model.Parameters.CopyTo(best.Span);
                }
                else
                {
                    epochsWithoutGain++;
                }

                fails = false;
                yield return report with { IsBest = isBest, Elapsed = Stopwatch.GetElapsedTime(started) };
                if (options.EarlyStopping is { } rule && epochsWithoutGain >= rule.Patience) yield break;
                fails = true;
            }

            fails = false;
        }
        finally
        {
            try
            {
                Restore(best);
            }
            catch (Exception) when (fails)
            {
                // What ends training is what happened first; a device that has failed cannot give its parameters back.
                run?.ForgetParameters();
            }
            finally
            {
                fitting = false;
            }
        }
    }

    EpochReport TrainEpoch(SequenceDataset<TInput, TTarget> training, BatchOrder order, int lastEpoch, CancellationToken cancellationToken)
    {
        // Between epochs the model is the caller's, who may have changed it.
        run!.ForgetParameters();
        run.ForgetPrepared();
        model.Parameters.CopyTo(lastGood.Span);
        if (options.Truncation is { CarryStates: true }) order.KeepOrder();
        else order.Shuffle(options.Seed, epochsDone, options.SortByLength);
        var totals = default(EpochTotals);
        long started = Stopwatch.GetTimestamp();
        for (int batch = 0; batch < order.BatchCount; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (options.Schedule is { } schedule)
                options.Optimizer.LearningRate = schedule.At(initialLearningRate, epochsDone + (double)batch / order.BatchCount);
            ReadOnlySpan<int> sequences = order.Batch(batch);
            double norm = options.Truncation is null ? TrainBatch(training, order, batch, ref totals) : TrainWindows(training, sequences, batch, ref totals);
            totals.Sequences += sequences.Length;
            options.Progress?.Invoke(new TrainingProgress(
                epochsDone + 1, lastEpoch, batch + 1, order.BatchCount, totals.Loss, norm, options.Optimizer.LearningRate, totals.SequencesPerSecond(started)));
        }

        run.SyncParameters();
        epochsDone++;
        return new EpochReport
        {
            Epoch = epochsDone,
            Epochs = lastEpoch,
            LossKind = model.Info.Loss.Kind,
            Loss = totals.Loss,
            Metric = totals.Metric,
            GradientNorm = totals.GradientNorm,
            LearningRate = options.Optimizer.LearningRate,
            SequencesPerSecond = totals.SequencesPerSecond(started),
            Elapsed = default,
            IsBest = false,
        };
    }

    double Learn(double loss, int batchIndex, ref EpochTotals totals)
    {
        if (!double.IsFinite(loss)) throw Fail("loss", loss, batchIndex);

        // Where all targets are ignored there is nothing to learn: the moments of the optimizer stay too.
        if (run!.LossMean.Weight == 0) return 0;
        run.Backward();
        double norm = run.GradientNorm();
        if (!double.IsFinite(norm)) throw Fail("gradient norm", norm, batchIndex);
        run.UpdateParameters(options.Optimizer, norm, options.ClipNorm, options.ClipValue);
        totals.Add(run.LossMean, run.MetricMean, norm);
        return norm;
    }

    // Sequences without time steps have no target row; a target of no labels is one to learn.
    bool IsEmpty(SequenceBatch<TInput, TTarget> batch) => batch.Targets.IsEmpty && !model.Info.Loss.AlignsTargets;

    EvaluationReport Evaluate(SequenceDataset<TInput, TTarget> dataset, BatchOrder order, CancellationToken cancellationToken)
    {
        var totals = default(EpochTotals);
        for (int batch = 0; batch < order.BatchCount; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (options.Truncation is not null)
            {
                EvaluateWindows(dataset, order.Batch(batch), batch, ref totals);
                continue;
            }

            SequenceBatch<TInput, TTarget> sequences = reader!.Read(dataset, order.Batch(batch));
            if (IsEmpty(sequences)) continue;
            run!.Forward(sequences, training: false);
            totals.Add(run.LossMean, run.MetricMean, gradientNorm: 0);
        }

        return new EvaluationReport(model.Info.Loss.Kind, totals.Loss, totals.Metric, dataset.Count);
    }

    BatchLimits LimitsOf(SequenceDataset<TInput, TTarget> dataset, string role) =>
        BatchLimits.Of(dataset, model.Info, role, options.BatchSize, options.MaxTokensPerBatch, options.Truncation?.Length);

    BatchOrder SortedBatches(SequenceDataset dataset, BatchLimits limits)
    {
        var order = new BatchOrder(dataset, limits);
        if (options.Truncation is { CarryStates: true }) order.KeepOrder();
        else order.Sort();
        return order;
    }
}
