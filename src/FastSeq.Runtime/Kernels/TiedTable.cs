using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastSeq.Kernels;

/// <summary>
/// The rows of an embedding table that is also the weight of a linear layer: it lies in the panels of its product, <c>[panel][column][lane]</c> with a token a lane, so that the numbers
/// of a row stand a panel's width apart.
/// </summary>
public static class TiedTable
{
    /// <summary>y[row] = table[tokens[row]], [rows, size].</summary>
    /// <param name="tokens">A token a row; the caller has checked that each is a row of the table.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="vocabulary">The rows of the table.</param>
    /// <param name="lanes">The tokens of a full panel.</param>
    /// <param name="table">The panels.</param>
    /// <param name="y">Overwritten.</param>
    public static void Gather<T>(ReadOnlySpan<int> tokens, int size, int vocabulary, int lanes, ref readonly T table, ref T y)
        where T : unmanaged
    {
        for (int row = 0; row < tokens.Length; row++)
        {
            ref T number = ref First(tokens[row], size, vocabulary, lanes, in table, out int stride);
            for (int k = 0; k < size; k++)
            {
                Unsafe.Add(ref y, (row * size) + k) = number;
                number = ref Unsafe.Add(ref number, stride);
            }
        }
    }

    /// <summary>All rows in order: [vocabulary, size].</summary>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="vocabulary">The rows of the table.</param>
    /// <param name="lanes">The tokens of a full panel.</param>
    /// <param name="table">The panels.</param>
    /// <param name="rows">Overwritten.</param>
    public static void Unpack<T>(int size, int vocabulary, int lanes, ref readonly T table, ref T rows)
        where T : unmanaged
    {
        for (int token = 0; token < vocabulary; token++)
        {
            Gather([token], size, vocabulary, lanes, in table, ref Unsafe.Add(ref rows, (nint)token * size));
        }
    }

    /// <summary>dTable[tokens[row]] += dy[row], in the order of the rows, for some columns: parts of the columns may run at the same time.</summary>
    /// <param name="firstColumn">The first column.</param>
    /// <param name="lastColumn">The column after the last.</param>
    /// <param name="tokens">A token a row.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="vocabulary">The rows of the table.</param>
    /// <param name="lanes">The tokens of a full panel.</param>
    /// <param name="dy">The gradients of the looked-up rows, [rows, size].</param>
    /// <param name="dTable">The gradients of the table, in panels: added to.</param>
    public static void Accumulate<T>(
        int firstColumn, int lastColumn, ReadOnlySpan<int> tokens, int size, int vocabulary, int lanes, ref readonly T dy, ref T dTable)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < tokens.Length; row++)
        {
            ref T sum = ref First(tokens[row], size, vocabulary, lanes, in dTable, out int stride);
            sum = ref Unsafe.Add(ref sum, (nint)firstColumn * stride);
            for (int k = firstColumn; k < lastColumn; k++)
            {
                sum += Unsafe.Add(ref Unsafe.AsRef(in dy), (row * size) + k);
                sum = ref Unsafe.Add(ref sum, stride);
            }
        }
    }

    /// <summary>The first number of a token's row; the next ones follow <paramref name="stride"/> apart. The tokens that fill no panel stand in a narrow one behind.</summary>
    private static ref T First<T>(int token, int size, int vocabulary, int lanes, ref readonly T table, out int stride)
    {
        int full = vocabulary / lanes * lanes;
        bool isNarrow = token >= full;
        stride = isNarrow ? vocabulary - full : lanes;
        int panel = isNarrow ? full : token / lanes * lanes;
        return ref Unsafe.Add(ref Unsafe.AsRef(in table), ((nint)panel * size) + (token - panel));
    }
}
