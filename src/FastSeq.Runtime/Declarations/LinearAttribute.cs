namespace FastSeq;

/// <summary>A linear layer: <c>y = W·x + b</c>, with <c>weight</c> [size, input] and <c>bias</c> [size].</summary>
/// <param name="size">The number of outputs, from 1 to 65,536.</param>
public sealed class LinearAttribute(int size) : LayerAttribute
{
    /// <summary>The number of outputs.</summary>
    public int Size { get; } = size;

    /// <summary>Whether there is a bias. The default is true.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>Whether training leaves the layer's parameters as they are: PyTorch's <c>requires_grad = False</c>. The default is false.</summary>
    public bool Frozen { get; set; }

    /// <summary>
    /// Whether the weight is the table of the model's <see cref="EmbeddingAttribute"/>, one parameter learned by both (Press and Wolf 2017): the number of outputs must be that of its
    /// tokens, and the layer below must give rows of its size. The default is false.
    /// </summary>
    public bool Tied { get; set; }
}
