namespace FastSeq;

/// <summary>What trains one model. Users take <see cref="Trainer{TModel}"/>.</summary>
/// <typeparam name="TModel">The model.</typeparam>
public interface ITrainingEngine<TModel> : IDisposable
{
    /// <summary>Trains lazily: each report asked for trains one epoch.</summary>
    IEnumerable<EpochReport> Fit(SequenceDataset training, SequenceDataset? validation, int epochs, CancellationToken cancellationToken);

    /// <summary>The loss and the metric over a dataset; changes nothing.</summary>
    EvaluationReport Evaluate(SequenceDataset dataset, CancellationToken cancellationToken);
}
