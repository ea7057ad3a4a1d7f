namespace FastSeq;

/// <summary>
/// The mean over all outputs of all targets of <c>e²/2</c> where the error <c>e = y - target</c> is at most delta, and of <c>delta·(|e| - delta/2)</c> beyond.
/// Targets are numbers of the model's precision.
/// </summary>
/// <param name="delta">The error from which on the loss is linear, above 0.</param>
public sealed class HuberAttribute(float delta = 1) : LossAttribute
{
    /// <summary>The error from which on the loss is linear.</summary>
    public float Delta { get; } = delta;
}
