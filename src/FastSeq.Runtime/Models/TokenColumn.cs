using System.Numerics;
using FastSeq.Kernels;

namespace FastSeq;

/// <summary>A feature that holds token numbers: whole numbers from 0 to <paramref name="Vocabulary"/> - 1, of each of which an embedding has a row.</summary>
/// <param name="Column">The number of the feature, from 0.</param>
/// <param name="Vocabulary">The number of tokens.</param>
public readonly record struct TokenColumn(int Column, int Vocabulary)
{
    /// <summary>Whether a feature is one of the tokens.</summary>
    public bool Holds<T>(T feature)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => EmbeddingColumns.IsToken(feature, Vocabulary);
}
