namespace FastSeq;

/// <summary>The activation of an <see cref="RnnAttribute"/> layer.</summary>
public enum RnnActivation
{
    /// <summary>The hyperbolic tangent.</summary>
    Tanh = 0,

    /// <summary>max(0, x).</summary>
    Relu = 1,
}
