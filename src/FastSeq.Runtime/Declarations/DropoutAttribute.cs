namespace FastSeq;

/// <summary>Sets each value to zero with the given probability while training, and multiplies the others by <c>1 / (1 - probability)</c>; does nothing otherwise.</summary>
/// <param name="probability">The share of values dropped, at least 0 and below 1.</param>
public sealed class DropoutAttribute(float probability) : LayerAttribute
{
    /// <summary>The share of values dropped.</summary>
    public float Probability { get; } = probability;

    /// <summary>
    /// Whether all time steps of a sequence have the same mask, drawn once for each training forward (Gal and Ghahramani 2016, <i>A Theoretically Grounded Application of Dropout
    /// in Recurrent Neural Networks</i>). The default is false: each value of each time step is drawn by itself.
    /// </summary>
    public bool Variational { get; set; }
}
