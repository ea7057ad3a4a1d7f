namespace FastSeq;

/// <summary>What a <see cref="Trainer{TModel}"/> does with datasets. These are extensions so that the compiler checks that a dataset is of the model's types.</summary>
public static class TrainerExtensions
{
    /// <summary>
    /// Trains lazily: each report that is asked for trains one epoch, and leaving the loop ends training. Training again goes on from there.
    /// </summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="training">What to learn; read and checked once before training.</param>
    /// <param name="validation">What to measure after every epoch; may be <see langword="null"/>.</param>
    /// <param name="epochs">How often to go through the training data.</param>
    /// <param name="cancellationToken">Ends training after the batch at hand; the model then has the weights of that batch, or, with early stopping, of its best epoch.</param>
    /// <exception cref="DatasetException">A dataset does not fit the model.</exception>
    /// <exception cref="TrainingException">A loss or a gradient is not a finite number; the model has the weights from before the epoch.</exception>
    public static IEnumerable<EpochReport> Fit<TModel, TInput, TTarget>(
        this Trainer<TModel> trainer, SequenceDataset<TInput, TTarget> training, SequenceDataset<TInput, TTarget>? validation, int epochs, CancellationToken cancellationToken = default)
        where TModel : class, ISequenceModel<TModel>, ISequenceLearner<TInput, TTarget>
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(trainer);
        return trainer.Engine.Fit(training, validation, epochs, cancellationToken);
    }

    /// <inheritdoc cref="Fit{TModel, TInput, TTarget}(Trainer{TModel}, SequenceDataset{TInput, TTarget}, SequenceDataset{TInput, TTarget}, int, CancellationToken)"/>
    public static IEnumerable<EpochReport> Fit<TModel, TInput, TTarget>(
        this Trainer<TModel> trainer, SequenceDataset<TInput, TTarget> training, int epochs, CancellationToken cancellationToken = default)
        where TModel : class, ISequenceModel<TModel>, ISequenceLearner<TInput, TTarget>
        where TInput : unmanaged
        where TTarget : unmanaged
        => Fit(trainer, training, null, epochs, cancellationToken);

    /// <summary>The loss and the metric over a dataset; changes nothing.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="dataset">What to measure.</param>
    /// <param name="cancellationToken">Ends after the batch at hand.</param>
    /// <exception cref="DatasetException">The dataset does not fit the model.</exception>
    public static EvaluationReport Evaluate<TModel, TInput, TTarget>(
        this Trainer<TModel> trainer, SequenceDataset<TInput, TTarget> dataset, CancellationToken cancellationToken = default)
        where TModel : class, ISequenceModel<TModel>, ISequenceLearner<TInput, TTarget>
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(trainer);
        return trainer.Engine.Evaluate(dataset, cancellationToken);
    }
}
