using System.Numerics;

namespace FastSeq.Cells;

/// <summary>A table of one row a token: <c>weight</c> [vocabulary, size]. The first layer of a model that reads tokens.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="name">The name of the layer.</param>
/// <param name="vocabulary">The number of tokens.</param>
/// <param name="size">The size of the row of a token.</param>
public sealed class EmbeddingLayer<T>(string name, int vocabulary, int size)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The size of the row of a token.</summary>
    public int Size => size;

    /// <summary><c>weight</c> [vocabulary, size].</summary>
    public ReferenceParameter<T> Weight { get; } = new($"{name}.weight", vocabulary, size);

    /// <summary>The factor of the row of a token; null for none.</summary>
    public Func<int, T>? Factor { get; set; }

    /// <summary>The rows of the tokens.</summary>
    /// <param name="tokens">Numbers from 0 to vocabulary - 1.</param>
    /// <returns>One row a token.</returns>
    public T[][] Forward(int[] tokens)
        => Pointwise.Each(tokens.Length, t => Pointwise.Each(size, j => Weight.Values[(tokens[t] * size) + j] * FactorOf(tokens[t])));

    /// <summary>The derivative of <see cref="Forward"/>: adds to the gradients of the rows of the tokens.</summary>
    /// <param name="tokens">What went in.</param>
    /// <param name="dy">The derivatives of the loss by the rows that came out.</param>
    public void Backward(int[] tokens, T[][] dy)
    {
        for (int t = 0; t < tokens.Length; t++)
        {
            for (int j = 0; j < size; j++)
            {
                Weight.Gradient[(tokens[t] * size) + j] += dy[t][j] * FactorOf(tokens[t]);
            }
        }
    }

    private T FactorOf(int token) => Factor?.Invoke(token) ?? T.One;
}
