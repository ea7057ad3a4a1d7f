using System.Runtime.CompilerServices;
using FastSeq.Kernels;

namespace FastSeq;

/// <content>Bringing rows from the caller's order into that of the time steps, and back.</content>
internal sealed partial class PackedSequences
{
    /// <summary>Brings rows from the caller's order into that of the time steps.</summary>
    /// <param name="source">The time steps as they lie in the caller's memory.</param>
    /// <param name="size">The elements of a row.</param>
    /// <param name="rows">Overwritten, time step by time step.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gather<T>(ReadOnlySpan<T> source, int size, Span<T> rows)
        where T : unmanaged
    {
        if (layout == SequenceLayout.Packed)
        {
            source.CopyTo(rows);
            return;
        }

        int row = 0;
        if (layout == SequenceLayout.Masked)
        {
            foreach (int place in places.AsSpan(0, Rows))
            {
                RowCopy.Copy(in source.Slice(place * size, size)[0], ref rows.Slice(row++ * size, size)[0], size);
            }

            return;
        }

        for (int t = 0; t < TimeSteps; t++)
        {
            foreach (int start in sources.AsSpan(0, batchSizes[t]))
            {
                RowCopy.Copy(in source.Slice((start + t) * size, size)[0], ref rows.Slice(row++ * size, size)[0], size);
            }
        }
    }

    /// <summary>The way back of <see cref="Gather"/>.</summary>
    /// <param name="rows">The rows, time step by time step.</param>
    /// <param name="size">The elements of a row.</param>
    /// <param name="destination">Overwritten: zeros where no time step counts.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Scatter<T>(ReadOnlySpan<T> rows, int size, Span<T> destination)
        where T : unmanaged
    {
        if (layout == SequenceLayout.Packed)
        {
            rows.CopyTo(destination);
            return;
        }

        if (HasPadding)
        {
            destination.Clear();
        }

        int row = 0;
        if (layout == SequenceLayout.Masked)
        {
            foreach (int place in places.AsSpan(0, Rows))
            {
                RowCopy.Copy(in rows.Slice(row++ * size, size)[0], ref destination.Slice(place * size, size)[0], size);
            }

            return;
        }

        for (int t = 0; t < TimeSteps; t++)
        {
            foreach (int start in sources.AsSpan(0, batchSizes[t]))
            {
                RowCopy.Copy(in rows.Slice(row++ * size, size)[0], ref destination.Slice((start + t) * size, size)[0], size);
            }
        }
    }
}
