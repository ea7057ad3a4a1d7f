using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastSeq.Kernels;

namespace FastSeq;

/// <content>What the layers of a run work with: their share of the rows, and where the rows of a time step lie.</content>
public abstract partial class PredictionRun<T, TInput>
{
    /// <summary>The most rows of different time steps that are worked on as if they were one.</summary>
    private const int MaxSpan = 96;

    /// <summary>The most rows of a block of several time steps, and so the most spans.</summary>
    private const int MostSpans = 512;

    /// <summary>The rows (time steps) of a part.</summary>
    protected void RowRange(int part, out int first, out int last) => Range(part, Rows, 12, out first, out last);

    /// <summary>The different tokens of a part.</summary>
    protected void TokenRange(int part, out int first, out int last) => Range(part, Tokens.Length, 12, out first, out last);

    /// <summary>The sequences of a part, longest first; parts have about the same number of time steps.</summary>
    protected void SequenceRange(int part, out int first, out int last)
    {
        first = packed.FirstOfPart(part);
        last = packed.FirstOfPart(part + 1);
    }

    /// <summary>A part of <paramref name="count"/> things, in steps of <paramref name="step"/>.</summary>
    protected void Range(int part, int count, int step, out int first, out int last) => BundleShare.Range(part, part + 1, Parts, count, step, out first, out last);

    /// <summary>The next time steps of a part: as many as have at most <paramref name="maxRows"/> rows together, but at least one.</summary>
    /// <param name="part">The part.</param>
    /// <param name="begin">The first time step.</param>
    /// <param name="maxRows">The most rows.</param>
    /// <param name="keep">Whether the sums of all time steps are kept; otherwise those of a block take the place of those of the last one.</param>
    protected TimeBlock TakeBlock(int part, int begin, int maxRows, bool keep)
    {
        SequenceRange(part, out int first, out int last);
        return TakeBlock(part, first, last, begin, maxRows, keep);
    }

    /// <summary>The same for some of the part's sequences.</summary>
    /// <param name="part">The part.</param>
    /// <param name="first">The first sequence.</param>
    /// <param name="last">The sequence after the last.</param>
    /// <param name="begin">The first time step.</param>
    /// <param name="maxRows">The most rows.</param>
    /// <param name="keep">Whether the sums of all time steps are kept; otherwise those of a block take the place of those of the last one.</param>
    protected TimeBlock TakeBlock(int part, int first, int last, int begin, int maxRows, bool keep)
    {
        int rows = 0, end = begin;
        while (end < TimeSteps && (rows == 0 || rows + RowsAt(end, first, last) <= Math.Min(maxRows, MostSpans)))
        {
            rows += RowsAt(end++, first, last);
        }

        return BlockOf(part, first, last, begin, end, keep);
    }

    /// <summary>The time steps of a part before <paramref name="end"/>: as many as have at most <paramref name="maxRows"/> rows together, but at least one.</summary>
    /// <param name="part">The part.</param>
    /// <param name="end">The time step after the last.</param>
    /// <param name="maxRows">The most rows.</param>
    protected TimeBlock TakeBlockBefore(int part, int end, int maxRows)
    {
        SequenceRange(part, out int first, out int last);
        return TakeBlockBefore(part, first, last, end, maxRows);
    }

    /// <summary>The same for some of the part's sequences.</summary>
    /// <param name="part">The part.</param>
    /// <param name="first">The first sequence.</param>
    /// <param name="last">The sequence after the last.</param>
    /// <param name="end">The time step after the last.</param>
    /// <param name="maxRows">The most rows.</param>
    protected TimeBlock TakeBlockBefore(int part, int first, int last, int end, int maxRows)
    {
        int rows = 0, begin = end;
        while (begin > 0 && (rows == 0 || rows + RowsAt(begin - 1, first, last) <= Math.Min(maxRows, MostSpans)))
        {
            rows += RowsAt(--begin, first, last);
        }

        return BlockOf(part, first, last, begin, end, keep: true);
    }

    private int RowsAt(int timeStep, int first, int last) => Math.Max(0, Math.Min(last, BatchSize(timeStep)) - first);

    private TimeBlock BlockOf(int part, int first, int last, int begin, int end, bool keep)
    {
        Span<RowSpan> spans = rowSpans.AsSpan(part * MostSpans, MostSpans);
        int count = 0, rows = 0;
        for (int t = begin; t < end; t++)
        {
            int size = RowsAt(t, first, last), row = size > 0 ? RowOf(t, first) : 0;
            if (size > 0 && count > 0 && spans[count - 1].End == row && spans[count - 1].Count + size <= MaxSpan)
            {
                spans[count - 1] = spans[count - 1] with { Count = spans[count - 1].Count + size };
            }
            else if (size > 0)
            {
                spans[count++] = new RowSpan(row, keep ? row : rows, size);
            }

            rows += size;
        }

        return new TimeBlock(part, first, last, begin, end, spans[..count], keep ? Rows : rows, keep ? 0 : packed.RowsBefore(part));
    }

    /// <summary>The sequences that still go on at a time step.</summary>
    protected int BatchSize(int timeStep) => packed.BatchSize(timeStep);

    /// <summary>The row of a sequence at a time step.</summary>
    protected int RowOf(int timeStep, int sequence) => packed.RowOf(timeStep, sequence);

    /// <summary>In a history that begins with the initial states, the row of a sequence's previous state at a time step.</summary>
    protected int PreviousRowOf(int timeStep, int sequence) => timeStep == 0 ? sequence : packed.Batch + packed.RowOf(timeStep - 1, sequence);

    /// <summary>The row of the longest sequence at a time step, in a model whose sequences lie time step by time step.</summary>
    protected int RowStart(int timeStep) => packed.RowStart(timeStep);

    /// <summary>In a history that begins with the initial states, the row of the longest sequence's previous state at a time step, in such a model.</summary>
    protected int PreviousRow(int timeStep) => timeStep == 0 ? 0 : packed.Batch + packed.RowStart(timeStep - 1);

    /// <summary>y[b] = x[last time step of sequence b] of sequences first to last - 1; zeros for an empty one.</summary>
    protected void TakeLastSteps(int first, int last, int size, ref T x, ref T y)
    {
        for (int b = first; b < last; b++)
        {
            Span<T> row = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref y, b * size), size);
            int length = packed.Lengths[b];
            if (length == 0)
            {
                row.Clear();
            }
            else
            {
                MemoryMarshal.CreateSpan(ref Unsafe.Add(ref x, RowOf(length - 1, b) * size), size).CopyTo(row);
            }
        }
    }

    /// <summary>Sets <paramref name="count"/> elements to zero.</summary>
    protected static void Clear(ref T first, int count) => MemoryMarshal.CreateSpan(ref first, count).Clear();

    /// <summary>Elements of a buffer, with an error that tells what to do where there would be too many.</summary>
    protected static int Elements(long rows, int columns)
    {
        long elements = rows * columns;
        return elements <= Array.MaxLength - 1024
            ? (int)elements
            : throw new ArgumentException($"This run would need a buffer of {rows:N0} x {columns:N0} elements, more than an array can hold; give a smaller maxBatch or maxTimeSteps.");
    }
}
