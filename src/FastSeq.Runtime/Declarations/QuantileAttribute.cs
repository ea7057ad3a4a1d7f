namespace FastSeq;

/// <summary>
/// The pinball loss, by which outputs become quantiles of the target: the mean over all outputs of <c>max(τ·(target - y), (τ - 1)·(target - y))</c>.
/// A model of d targets and q quantiles has d × q outputs: output <c>i * q + j</c> is quantile j of target i. Targets are d numbers of the model's precision.
/// </summary>
/// <param name="quantiles">Each above 0 and below 1, such as 0.1f, 0.5f, 0.9f; their number divides that of the outputs.</param>
public sealed class QuantileAttribute(params float[] quantiles) : LossAttribute
{
    /// <summary>The quantiles, in the order of the outputs of a target.</summary>
    public float[] Quantiles { get; } = quantiles;
}
