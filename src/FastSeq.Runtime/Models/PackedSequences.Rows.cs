using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastSeq.Kernels;

namespace FastSeq;

/// <content>Bringing rows from the caller's order into that of the run, and back.</content>
internal sealed partial class PackedSequences
{
    /// <summary>Brings rows from the caller's order into that of the run.</summary>
    /// <param name="source">The time steps as they lie in the caller's memory.</param>
    /// <param name="size">The elements of a row.</param>
    /// <param name="rows">Overwritten: each at the place that <see cref="RowOf"/> says.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gather<T>(ReadOnlySpan<T> source, int size, Span<T> rows)
        where T : unmanaged
    {
        if (layout == SequenceLayout.Packed)
        {
            CopyPacked(source, size, rows, scatters: false);
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
        for (int number = 0; TakeStretch(first, last, number, out int begin, out int end); number++)
        {
            for (int t = 0; t < TimeSteps && begin < Math.Min(end, batchSizes[t]); t++)
            {
                RowCopy.Gather(in from, sources.AsSpan(begin, Math.Min(end, batchSizes[t]) - begin), t, size, ref Unsafe.Add(ref to, RowOf(t, begin) * size));
            }
        }
    }

    /// <summary>Between rows that lie time step by time step in the caller's memory and the same rows here.</summary>
    private void CopyPacked<T>(ReadOnlySpan<T> source, int size, Span<T> destination, bool scatters)
    {
        if (LayoutBundles == 1)
        {
            source.CopyTo(destination);
            return;
        }

        int start = 0;
        for (int t = 0; t < TimeSteps; start += batchSizes[t++])
        {
            for (int number = 0; TakeStretch(0, batchSizes[t], number, out int begin, out int end); number++)
            {
                if (begin < end)
                {
                    int callers = start + begin, ours = RowOf(t, begin);
                    source.Slice((scatters ? ours : callers) * size, (end - begin) * size).CopyTo(destination[((scatters ? callers : ours) * size)..]);
                }
            }
        }
    }

    /// <summary>The way back of <see cref="Gather{T}(ReadOnlySpan{T}, int, Span{T})"/>.</summary>
    /// <param name="rows">The rows in the order of the run.</param>
    /// <param name="size">The elements of a row.</param>
    /// <param name="destination">Overwritten: zeros where no time step counts.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Scatter<T>(ReadOnlySpan<T> rows, int size, Span<T> destination)
        where T : unmanaged
    {
        if (layout == SequenceLayout.Packed)
        {
            CopyPacked(rows, size, destination, scatters: true);
            return;
        }

        if (HasPadding)
        {
            destination.Clear();
        }

        if (layout == SequenceLayout.Masked)
        {
            int row = 0;
            foreach (int place in places.AsSpan(0, Rows))
            {
                RowCopy.Copy(in rows.Slice(row++ * size, size)[0], ref destination.Slice(place * size, size)[0], size);
            }

            return;
        }

        for (int t = 0; t < TimeSteps; t++)
        {
            for (int b = 0; b < batchSizes[t]; b++)
            {
                RowCopy.Copy(in rows.Slice(RowOf(t, b) * size, size)[0], ref destination.Slice((sources[b] + t) * size, size)[0], size);
            }
        }
    }
}
