using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq;

/// <content>What the layers of a run work with: their share of the rows, and where the rows of a time step lie.</content>
public abstract partial class PredictionRun<T, TInput>
{
    /// <summary>The rows (time steps) of a part.</summary>
    protected void RowRange(int part, out int first, out int last) => Range(part, Rows, 12, out first, out last);

    /// <summary>The sequences of a part, longest first; parts have about the same number of time steps.</summary>
    protected void SequenceRange(int part, out int first, out int last)
    {
        first = packed.FirstOfPart(part);
        last = packed.FirstOfPart(part + 1);
    }

    /// <summary>A part of <paramref name="count"/> things, in steps of <paramref name="step"/>.</summary>
    protected void Range(int part, int count, int step, out int first, out int last)
    {
        int steps = (count + step - 1) / step;
        first = (int)((long)steps * part / Threads) * step;
        last = Math.Min(count, (int)((long)steps * (part + 1) / Threads) * step);
        first = Math.Min(first, last);
    }

    /// <summary>The sequences that still go on at a time step.</summary>
    protected int BatchSize(int timeStep) => packed.BatchSize(timeStep);

    /// <summary>The row of the longest sequence at a time step.</summary>
    protected int RowStart(int timeStep) => packed.RowStart(timeStep);

    /// <summary>In a history that begins with the initial states, the row of the longest sequence's previous state at a time step.</summary>
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
                MemoryMarshal.CreateSpan(ref Unsafe.Add(ref x, (RowStart(length - 1) + b) * size), size).CopyTo(row);
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
