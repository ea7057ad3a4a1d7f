namespace FastSeq;

/// <summary>The Gaussian error linear unit (Hendrycks and Gimpel 2016), element by element: <c>y = x·Φ(x)</c>, Φ(x) = (1 + erf(x/√2)) / 2.</summary>
public sealed class GeluAttribute : LayerAttribute
{
    /// <summary>The form of Φ. The default is <see cref="GeluApproximation.None"/>, the exact one.</summary>
    public GeluApproximation Approximate { get; set; } = GeluApproximation.None;
}
