using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq.Kernels;

/// <summary>The rows of an embedding table: looked up forward, added to backward.</summary>
public static class EmbeddingTable
{
    /// <summary>y[row] = table[tokens[row]], [rows, size].</summary>
    /// <param name="tokens">A token a row; the caller has checked that each is a row of the table.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="table">The table, [vocabulary, size].</param>
    /// <param name="y">Overwritten.</param>
    public static void Gather<T>(ReadOnlySpan<int> tokens, int size, ref readonly T table, ref T y)
        where T : unmanaged
    {
        for (int row = 0; row < tokens.Length; row++)
        {
            Row(in table, tokens[row], size).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref y, row * size), size));
        }
    }

    /// <summary>dTable[tokens[row]] += dy[row], in the order of the rows, for the tokens that are <paramref name="part"/> modulo <paramref name="parts"/>.</summary>
    /// <param name="part">The part.</param>
    /// <param name="parts">The parts; each row of the table belongs to one, so that parts may run at the same time.</param>
    /// <param name="tokens">A token a row.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="dy">The gradients of the looked-up rows, [rows, size].</param>
    /// <param name="dTable">Added to.</param>
    public static void Accumulate<T>(int part, int parts, ReadOnlySpan<int> tokens, int size, ref readonly T dy, ref T dTable)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < tokens.Length; row++)
        {
            if (tokens[row] % parts == part)
            {
                Span<T> sum = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref dTable, tokens[row] * size), size);
                TensorPrimitives.Add(sum, Row(in dy, row, size), sum);
            }
        }
    }

    /// <summary>dTable[tokens[row]] = dy[row]: for different tokens.</summary>
    /// <param name="tokens">A token a row, each at most once.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="dy">The gradients of the looked-up rows, [rows, size].</param>
    /// <param name="dTable">Overwritten in these rows.</param>
    public static void Scatter<T>(ReadOnlySpan<int> tokens, int size, ref readonly T dy, ref T dTable)
        where T : unmanaged
    {
        for (int row = 0; row < tokens.Length; row++)
        {
            Row(in dy, row, size).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref dTable, tokens[row] * size), size));
        }
    }

    private static ReadOnlySpan<T> Row<T>(ref readonly T matrix, int row, int size) =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref Unsafe.AsRef(in matrix), row * size), size);
}
