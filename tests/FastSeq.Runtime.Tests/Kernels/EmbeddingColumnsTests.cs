using System.Numerics;
using FastSeq.Kernels;
using Xunit;

namespace FastSeq.Tests.Kernels;

/// <summary>Embeddings of columns of features against plain loops.</summary>
public sealed class EmbeddingColumnsTests
{
    const int Rows = 9, Features = 5, Column = 2, Vocabulary = 4;

    public static TheoryData<int> Sizes => [1, 3, 7, 8, 15, 16, 17, 20, 33, 100];

    [Fact]
    public void IsToken_TakesWholeNumbersOfTheVocabularyAlone()
    {
        foreach (double token in new[] { 0d, -0d, 1, 3 })
        {
            Assert.True(EmbeddingColumns.IsToken((float)token, Vocabulary));
            Assert.True(EmbeddingColumns.IsToken(token, Vocabulary));
        }

        foreach (double other in new[] { -1, 4, 0.5, 3.999, -1e-30, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e20 })
        {
            Assert.False(EmbeddingColumns.IsToken((float)other, Vocabulary));
            Assert.False(EmbeddingColumns.IsToken(other, Vocabulary));
        }

        // The largest vocabulary: every token of it is a float, and the first beyond it is none.
        Assert.True(EmbeddingColumns.IsToken(16_777_215f, 16_777_216));
        Assert.False(EmbeddingColumns.IsToken(16_777_216f, 16_777_216));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Rows_HoldOtherFeaturesThenTheTable(int size)
    {
        Check<float>(size);
        Check<double>(size);

        static void Check<T>(int size)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            // Between the copies and the table's rows lies a number that belongs to neither.
            int width = Features - 1 + 1 + size;
            T[] x = Inputs<T>(), table = Numbers.Of<T>(2, Vocabulary * size), y = Numbers.Of<T>(3, Rows * width), expected = [.. y];
            for (int row = 0; row < Rows; row++)
            {
                for (int j = 0; j < Features - 1; j++)
                {
                    expected[(row * width) + j] = x[(row * Features) + (j < Column ? j : j + 1)];
                }

                for (int j = 0; j < size; j++)
                {
                    expected[(row * width) + Features + j] = table[(Token(x, row) * size) + j];
                }
            }

            EmbeddingColumns.Copy(Rows, Features, 0, Column, in x[0], width, ref y[0]);
            EmbeddingColumns.Copy(Rows, Features, Column + 1, Features - 1 - Column, in x[0], width, ref y[Column]);
            EmbeddingColumns.Gather(Rows, Features, Column, size, in x[0], in table[0], width, ref y[Features]);
            Assert.Equal(expected, y);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Gradients_AreSumsByToken_WhateverTheParts(int size)
    {
        Check<float>(size);
        Check<double>(size);

        static void Check<T>(int size)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            int width = 3 + size;
            T[] x = Inputs<T>(), dy = Numbers.Of<T>(2, Rows * width), before = Numbers.Of<T>(3, Vocabulary * size), expected = [.. before];
            for (int row = 0; row < Rows; row++)
            {
                for (int j = 0; j < size; j++)
                {
                    expected[(Token(x, row) * size) + j] += dy[(row * width) + 3 + j];
                }
            }

            foreach (int parts in new[] { 1, 2, 3, 7 })
            {
                T[] dTable = [.. before];
                for (int part = 0; part < parts; part++)
                {
                    EmbeddingColumns.Accumulate(part, parts, Rows, Features, Column, size, in x[0], width, in dy[3], ref dTable[0]);
                }

                Assert.Equal(expected, dTable);
            }
        }
    }

    static int Token<T>(T[] x, int row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => int.CreateChecked(x[(row * Features) + Column]);

    static T[] Inputs<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = Numbers.Of<T>(1, Rows * Features);
        for (int row = 0; row < Rows; row++)
        {
            // Token 1 never occurs, token 3 often.
            x[(row * Features) + Column] = T.CreateChecked(new[] { 3, 0, 3, 2 }[row % 4]);
        }

        return x;
    }
}
