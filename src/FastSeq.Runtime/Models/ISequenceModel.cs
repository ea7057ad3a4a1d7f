namespace FastSeq;

/// <summary>What every declared model is, whatever its numbers.</summary>
public interface ISequenceModel
{
    /// <summary>The facts of the model.</summary>
    ModelInfo Info { get; }
}
