namespace FastSeq;

/// <summary>What the recurrent layers share.</summary>
/// <param name="hiddenSize">The number of hidden units, from 1 to 8,192.</param>
public abstract class RecurrentLayerAttribute(int hiddenSize) : LayerAttribute
{
    /// <summary>The number of hidden units.</summary>
    public int HiddenSize { get; } = hiddenSize;

    /// <summary>The number of layers stacked on one another, from 1 to 64. The default is 1.</summary>
    public int Layers { get; set; } = 1;

    /// <summary>The share of outputs that training drops between stacked layers (not after the last), at least 0 and below 1. The default is 0.</summary>
    public float Dropout { get; set; }
}
