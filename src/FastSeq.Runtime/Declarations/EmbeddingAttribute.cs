namespace FastSeq;

/// <summary>The first layer of a model that reads one token a time step: a table of one vector a token, <c>weight</c> [vocabulary, size].</summary>
/// <param name="vocabulary">The number of tokens, from 1 to 16,777,216; a token is an <see cref="int"/> from 0 to <paramref name="vocabulary"/> - 1.</param>
/// <param name="size">The size of the vector of a token, from 1 to 8,192.</param>
public sealed class EmbeddingAttribute(int vocabulary, int size) : LayerAttribute
{
    /// <summary>The number of tokens.</summary>
    public int Vocabulary { get; } = vocabulary;

    /// <summary>The size of the vector of a token.</summary>
    public int Size { get; } = size;

    /// <summary>
    /// The share of tokens whose rows training drops, all time steps alike, at least 0 and below 1; the others are multiplied by <c>1 / (1 - Dropout)</c>
    /// (Merity, Keskar and Socher 2017, <i>Regularizing and Optimizing LSTM Language Models</i>). The default is 0.
    /// </summary>
    public float Dropout { get; set; }

    /// <summary>Whether training leaves the layer's parameters as they are: PyTorch's <c>requires_grad = False</c>. The default is false.</summary>
    public bool Frozen { get; set; }
}
