namespace FastSeq;

/// <summary>A declared model, as generic code makes and trains it.</summary>
/// <typeparam name="TSelf">The model.</typeparam>
public interface ISequenceModel<TSelf> : ISequenceModel
    where TSelf : class, ISequenceModel<TSelf>
{
    /// <summary>The facts of the model, without one at hand.</summary>
    static abstract ModelInfo ModelInfo { get; }

    /// <summary>Makes a model with weights drawn from a seed.</summary>
    static abstract TSelf Create(ulong seed);

    /// <summary>Makes what trains a model; only the model knows the number types that it is made of.</summary>
    static abstract ITrainingEngine<TSelf> CreateTrainingEngine(TSelf model, TrainerOptions options);
}
