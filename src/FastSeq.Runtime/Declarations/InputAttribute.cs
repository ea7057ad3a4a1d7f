namespace FastSeq;

/// <summary>The first layer of a model that reads a vector of features at every time step.</summary>
/// <param name="features">The number of features at a time step, from 1 to 8,192.</param>
public sealed class InputAttribute(int features) : LayerAttribute
{
    /// <summary>The number of features at a time step.</summary>
    public int Features { get; } = features;
}
