namespace FastSeq;

/// <summary>
/// Trains a model. <see cref="TrainerExtensions.Fit{TModel, TInput, TTarget}(Trainer{TModel}, SequenceDataset{TInput, TTarget}, SequenceDataset{TInput, TTarget}, int, CancellationToken)">Fit</see>
/// and <see cref="TrainerExtensions.Evaluate{TModel, TInput, TTarget}">Evaluate</see> take datasets of the model's own types.
/// </summary>
/// <typeparam name="TModel">The model.</typeparam>
public sealed class Trainer<TModel> : IDisposable
    where TModel : class, ISequenceModel<TModel>
{
    /// <summary>Makes a trainer.</summary>
    /// <param name="model">Trained in place.</param>
    /// <param name="options">How; by default as <see cref="TrainerOptions"/> says.</param>
    public Trainer(TModel model, TrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        Options = options ?? new TrainerOptions();
        Engine = TModel.CreateTrainingEngine(model, Options);
    }

    /// <summary>The model that is trained.</summary>
    public TModel Model { get; }

    /// <summary>How it is trained.</summary>
    public TrainerOptions Options { get; }

    internal ITrainingEngine<TModel> Engine { get; }

    /// <summary>Frees the threads and the memory; the model stays.</summary>
    public void Dispose() => Engine.Dispose();
}
