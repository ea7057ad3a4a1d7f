namespace FastSeq;

/// <summary>
/// A table of one vector a token, <c>weight</c> [vocabulary, size]: the first layer of a model that reads one token a time step, or, with <see cref="Column"/>, of one that reads
/// tokens beside features.
/// </summary>
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

    /// <summary>
    /// The feature of the <see cref="InputAttribute"/> directly above that holds the token, from 0: a whole number from 0 to <see cref="Vocabulary"/> - 1. The layer below reads the
    /// features without such columns, in their order, then the vectors in the order of their embeddings, each of which has a column of its own. The default, -1, is a model of tokens.
    /// </summary>
    public int Column { get; set; } = -1;

    /// <summary>Whether training leaves the layer's parameters as they are: PyTorch's <c>requires_grad = False</c>. The default is false.</summary>
    public bool Frozen { get; set; }
}
