using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq.Kernels;

/// <summary>
/// Embeddings of columns of features: a row out holds the features of a row in that are no tokens, in their order, then for each column of tokens the row of its table.
/// The caller has checked that these columns hold rows of their tables.
/// </summary>
public static class EmbeddingColumns
{
    /// <summary>Whether a feature is a token: a whole number from 0 to vocabulary - 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsToken<T>(T feature, int vocabulary)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => feature >= T.Zero && feature < T.CreateTruncating(vocabulary) && T.Truncate(feature) == feature;

    /// <summary>Copies <paramref name="count"/> features of each row that lie side by side.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="features">The features of a row in.</param>
    /// <param name="column">The first of them to copy.</param>
    /// <param name="count">How many.</param>
    /// <param name="x">[rows, features].</param>
    /// <param name="width">The numbers of a row out.</param>
    /// <param name="y">Overwritten: the first number of the copies in the first row out.</param>
    public static void Copy<T>(int rows, int features, int column, int count, ref readonly T x, int width, ref T y)
        where T : unmanaged
    {
        for (int row = 0; row < rows; row++)
        {
            Row(in x, row, features, column, count).CopyTo(Row(in y, row, width, 0, count));
        }
    }

    /// <summary>Looks up the row of a table for each token.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="features">The features of a row in.</param>
    /// <param name="column">The feature that is the token.</param>
    /// <param name="size">The numbers of a row of the table.</param>
    /// <param name="x">[rows, features].</param>
    /// <param name="table">[vocabulary, size].</param>
    /// <param name="width">The numbers of a row out.</param>
    /// <param name="y">Overwritten: the first number of the table's rows in the first row out.</param>
    public static void Gather<T>(int rows, int features, int column, int size, ref readonly T x, ref readonly T table, int width, ref T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < rows; row++)
        {
            Row(in table, Token(in x, row, features, column), size, 0, size).CopyTo(Row(in y, row, width, 0, size));
        }
    }

    /// <summary>dTable[token of row] += dy[row], in the order of the rows, for the tokens that are <paramref name="part"/> modulo <paramref name="parts"/>.</summary>
    /// <param name="part">The part.</param>
    /// <param name="parts">The parts; each row of the table belongs to one, so that parts may run at the same time.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="features">The features of a row in.</param>
    /// <param name="column">The feature that is the token.</param>
    /// <param name="size">The numbers of a row of the table.</param>
    /// <param name="x">[rows, features].</param>
    /// <param name="width">The numbers of a row out.</param>
    /// <param name="dy">The gradients: the first number of the table's rows in the first row out.</param>
    /// <param name="dTable">Added to.</param>
    public static void Accumulate<T>(int part, int parts, int rows, int features, int column, int size, ref readonly T x, int width, ref readonly T dy, ref T dTable)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < rows; row++)
        {
            int token = Token(in x, row, features, column);
            if (token % parts == part)
            {
                Span<T> sum = Row(in dTable, token, size, 0, size);
                TensorPrimitives.Add(sum, Row(in dy, row, width, 0, size), sum);
            }
        }
    }

    static int Token<T>(ref readonly T x, int row, int features, int column)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => int.CreateTruncating(Unsafe.Add(ref Unsafe.AsRef(in x), ((nint)row * features) + column));

    static Span<T> Row<T>(ref readonly T matrix, int row, int width, int first, int count) =>
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref Unsafe.AsRef(in matrix), ((nint)row * width) + first), count);
}
