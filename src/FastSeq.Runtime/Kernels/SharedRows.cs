using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq.Kernels;

/// <summary>
/// Sums that several rows have in common, such as those of a token that stands in many places: computed once, copied to the rows, and backward added up from them.
/// Both sides lie by panel, <c>[panel][row][slot][lane]</c>; the shared side holds the product's slots alone.
/// </summary>
public static class SharedRows
{
    /// <summary>sums[row] = shared[shareOfRow[row]] of some rows.</summary>
    /// <param name="spans">The rows.</param>
    /// <param name="shareOfRow">For each row the shared row.</param>
    /// <param name="units">The units of the layer.</param>
    /// <param name="lanes">The units of a full panel.</param>
    /// <param name="gates">The gates of the product.</param>
    /// <param name="shared">The shared sums.</param>
    /// <param name="sharedCount">The rows of the buffer <paramref name="shared"/> that its panels lie apart.</param>
    /// <param name="sums">Overwritten in the first <paramref name="gates"/> slots of each row.</param>
    /// <param name="rows">The rows of the buffer <paramref name="sums"/> that its panels lie apart.</param>
    /// <param name="slots">The slots of a row of <paramref name="sums"/>.</param>
    public static void Spread<T>(
        ReadOnlySpan<RowSpan> spans, ReadOnlySpan<int> shareOfRow, int units, int lanes, int gates, ref readonly T shared, int sharedCount, ref T sums, int rows, int slots)
        where T : unmanaged
    {
        for (int unit = 0; unit < units; unit += lanes)
        {
            int width = Math.Min(lanes, units - unit), columns = gates * width, stride = slots * width;
            ref T from = ref Unsafe.Add(ref Unsafe.AsRef(in shared), (nint)unit * gates * sharedCount);
            ref T to = ref Unsafe.Add(ref sums, (nint)unit * slots * rows);
            foreach (ref readonly RowSpan span in spans)
            {
                for (int i = 0; i < span.Count; i++)
                {
                    Row(ref from, shareOfRow[span.First + i], columns, columns).CopyTo(Row(ref to, span.SumsFirst + i, stride, columns));
                }
            }
        }
    }

    /// <summary>
    /// shared[shareOfRow[row]] += d[row], in the order of the rows, of every <paramref name="parts"/>-th panel from <paramref name="part"/> on.
    /// </summary>
    /// <param name="part">The part.</param>
    /// <param name="parts">The parts.</param>
    /// <param name="shareOfRow">For each row the shared row.</param>
    /// <param name="units">The units of the layer.</param>
    /// <param name="lanes">The units of a full panel.</param>
    /// <param name="gates">The gates of the product.</param>
    /// <param name="d">The gradients of the sums.</param>
    /// <param name="slots">The slots of a row of <paramref name="d"/>.</param>
    /// <param name="firstSlot">The slot of the product's first gate.</param>
    /// <param name="shared">Overwritten: the sums over the rows.</param>
    /// <param name="sharedCount">The rows of the buffer <paramref name="shared"/>.</param>
    public static void Gather<T>(
        int part, int parts, ReadOnlySpan<int> shareOfRow, int units, int lanes, int gates, ref readonly T d, int slots, int firstSlot, ref T shared, int sharedCount)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int unit = part * lanes; unit < units; unit += parts * lanes)
        {
            int width = Math.Min(lanes, units - unit), columns = gates * width, stride = slots * width;
            ref T from = ref Unsafe.Add(ref Unsafe.AsRef(in d), ((nint)unit * slots * shareOfRow.Length) + (firstSlot * width));
            ref T to = ref Unsafe.Add(ref shared, (nint)unit * gates * sharedCount);
            MemoryMarshal.CreateSpan(ref to, sharedCount * columns).Clear();
            for (int row = 0; row < shareOfRow.Length; row++)
            {
                Span<T> sum = Row(ref to, shareOfRow[row], columns, columns);
                TensorPrimitives.Add(sum, Row(ref from, row, stride, columns), sum);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Span<T> Row<T>(ref T first, int row, int stride, int columns) =>
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref first, (nint)row * stride), columns);
}
