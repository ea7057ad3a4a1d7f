using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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

        if (layout == SequenceLayout.Masked)
        {
            // All places lie within the caller's rows.
            RowCopy.Gather(in MemoryMarshal.GetReference(source[..(CallerRows * size)]), places.AsSpan(0, Rows), 0, size, ref MemoryMarshal.GetReference(rows[..(Rows * size)]));
            return;
        }

        Gather(source, size, rows, 0, Batch);
    }

    /// <summary>Whether the rows of some sequences can be gathered alone.</summary>
    public bool GathersInParts => layout is SequenceLayout.Ragged or SequenceLayout.Padded;

    /// <summary>The same for some of the sequences.</summary>
    /// <param name="source">The time steps as they lie in the caller's memory.</param>
    /// <param name="size">The elements of a row.</param>
    /// <param name="rows">Those of the sequences are overwritten.</param>
    /// <param name="first">The first sequence.</param>
    /// <param name="last">The sequence after the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gather<T>(ReadOnlySpan<T> source, int size, Span<T> rows, int first, int last)
        where T : unmanaged
    {
        // All places lie within the caller's rows.
        ref readonly T from = ref MemoryMarshal.GetReference(source[..(CallerRows * size)]);
        ref T to = ref MemoryMarshal.GetReference(rows[..(Rows * size)]);
        for (int t = 0; t < TimeSteps && first < batchSizes[t]; t++)
        {
            RowCopy.Gather(in from, sources.AsSpan(first, Math.Min(last, batchSizes[t]) - first), t, size, ref Unsafe.Add(ref to, (rowStarts[t] + first) * size));
        }
    }

    /// <summary>The way back of <see cref="Gather{T}(ReadOnlySpan{T}, int, Span{T})"/>.</summary>
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
