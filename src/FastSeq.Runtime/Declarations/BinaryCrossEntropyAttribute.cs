namespace FastSeq;

/// <summary>
/// The cross-entropy of a yes or no for every output (a logit), averaged over all outputs of all targets: <c>-t·log σ(y) - (1 - t)·log(1 - σ(y))</c>.
/// Targets are numbers of the model's precision from 0 to 1, as many as outputs: several may be yes. See <see cref="BinaryCrossEntropyLoss"/>.
/// </summary>
public sealed class BinaryCrossEntropyAttribute : LossAttribute
{
    /// <summary>What the yes of each output counts, above 0, one number an output; without it all count 1.</summary>
    public float[]? PositiveWeights { get; set; }
}
