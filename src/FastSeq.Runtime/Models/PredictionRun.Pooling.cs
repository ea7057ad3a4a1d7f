using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastSeq.Kernels;

namespace FastSeq;

/// <content>What layers over time do with the rows of sequences: pooling, and the windows of convolutions.</content>
public abstract partial class PredictionRun<T, TInput>
{
    /// <summary>y[b] = mean of the rows of sequence b, of sequences first to last - 1; zeros for an empty one.</summary>
    /// <param name="first">The first sequence, longest first.</param>
    /// <param name="last">The sequence after the last.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="x">The rows.</param>
    /// <param name="state">The states that sequences begin with in, those after their last time steps out: what <see cref="TimePooling.AddToMean"/> keeps, for each sequence.</param>
    /// <param name="y">Overwritten: a row a sequence.</param>
    protected void PoolMean(int first, int last, int size, ref T x, ref T state, ref T y)
    {
        int kept = TimePooling.MeanState(size);
        for (int t = 0; t < TimeSteps; t++)
        {
            for (int b = first; b < Math.Min(last, BatchSize(t)); b++)
            {
                TimePooling.AddToMean(size, in At(ref x, RowOf(t, b), size), ref At(ref state, b, kept));
            }
        }

        for (int b = first; b < last; b++)
        {
            TimePooling.Mean(size, in At(ref state, b, kept), ref At(ref y, b, size));
        }
    }

    /// <summary>y[b] = maximum of the rows of sequence b, number by number, of sequences first to last - 1; zeros for an empty one.</summary>
    /// <param name="first">The first sequence, longest first.</param>
    /// <param name="last">The sequence after the last.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="x">The rows.</param>
    /// <param name="state">The states that sequences begin with in, those after their last time steps out: what <see cref="TimePooling.AddToMaximum"/> keeps, for each sequence.</param>
    /// <param name="y">Overwritten: a row a sequence.</param>
    protected void PoolMaximum(int first, int last, int size, ref T x, ref T state, ref T y)
    {
        int kept = TimePooling.MaximumState(size);
        for (int t = 0; t < TimeSteps; t++)
        {
            for (int b = first; b < Math.Min(last, BatchSize(t)); b++)
            {
                TimePooling.AddToMaximum(size, in At(ref x, RowOf(t, b), size), ref At(ref state, b, kept));
            }
        }

        for (int b = first; b < last; b++)
        {
            TimePooling.Maximum(size, in At(ref state, b, kept), ref At(ref y, b, size));
        }
    }

    /// <summary>y[b] = Σ softmax(query·x_t)·x_t over the rows of sequence b, of sequences first to last - 1; zeros for an empty one.</summary>
    /// <param name="first">The first sequence, longest first.</param>
    /// <param name="last">The sequence after the last.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="query">[size].</param>
    /// <param name="x">The rows.</param>
    /// <param name="scores">Overwritten: the score of each row.</param>
    /// <param name="state">The states that sequences begin with in, those after their last time steps out: what <see cref="TimePooling.AddToAttention"/> keeps, for each sequence.</param>
    /// <param name="y">Overwritten: a row a sequence.</param>
    protected void PoolAttention(int first, int last, int size, ref T query, ref T x, ref T scores, ref T state, ref T y)
    {
        int kept = TimePooling.AttentionState(size);
        for (int t = 0; t < TimeSteps; t++)
        {
            for (int b = first; b < Math.Min(last, BatchSize(t)); b++)
            {
                int row = RowOf(t, b);
                At(ref scores, row, 1) = TimePooling.AddToAttention(size, in query, in At(ref x, row, size), ref At(ref state, b, kept));
            }
        }

        for (int b = first; b < last; b++)
        {
            TimePooling.Attention(size, in At(ref state, b, kept), ref At(ref y, b, size));
        }
    }

    /// <summary>The windows of sequences first to last - 1 at time steps begin to end - 1: see <see cref="TimeWindows"/>.</summary>
    /// <param name="first">The first sequence, longest first.</param>
    /// <param name="last">The sequence after the last.</param>
    /// <param name="begin">The first time step.</param>
    /// <param name="end">The time step after the last.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="taps">The rows of a window.</param>
    /// <param name="dilation">The time steps from a row of a window to the next.</param>
    /// <param name="before">For each sequence the rows before its first time step, oldest first: those before its last one after the last time step.</param>
    /// <param name="x">The rows.</param>
    /// <param name="windows">Overwritten: a window a row.</param>
    protected void TakeWindows(int first, int last, int begin, int end, int size, int taps, int dilation, ref T before, ref T x, ref T windows)
    {
        int kept = (taps - 1) * dilation;
        for (int t = begin; t < end; t++)
        {
            for (int b = first; b < Math.Min(last, BatchSize(t)); b++)
            {
                Span<T> window = MemoryMarshal.CreateSpan(ref At(ref windows, RowOf(t, b), taps * size), taps * size);
                for (int tap = 0; tap < taps; tap++)
                {
                    int source = t - ((taps - 1 - tap) * dilation);
                    ref T row = ref source < 0 ? ref At(ref before, (b * kept) + kept + source, size) : ref At(ref x, RowOf(source, b), size);
                    MemoryMarshal.CreateSpan(ref row, size).CopyTo(window.Slice(tap * size, size));
                }
            }
        }

        // All rows of these sequences are there: what they go on from lies behind what is overwritten.
        for (int b = first; b < last && end == TimeSteps; b++)
        {
            KeepRows(packed, b, Math.Min(packed.Lengths[b], StatesAfter), kept, size, ref At(ref before, b * kept, size), ref x);
        }
    }

    /// <summary>The rows before a time step of a sequence, of its last one or of where a window goes on, take the place of those before its first.</summary>
    private static void KeepRows(PackedSequences sequences, int b, int end, int kept, int size, ref T before, ref T x)
    {
        for (int i = 0; i < kept; i++)
        {
            int source = end - kept + i;
            ref T row = ref source < 0 ? ref At(ref before, kept + source, size) : ref At(ref x, sequences.RowOf(source, b), size);
            MemoryMarshal.CreateSpan(ref row, size).CopyTo(MemoryMarshal.CreateSpan(ref At(ref before, i, size), size));
        }
    }

    /// <summary>The windows of sequences first to last - 1 where a convolution has a stride, or its zeros elsewhere than before the first time step.</summary>
    /// <param name="first">The first sequence, longest first.</param>
    /// <param name="last">The sequence after the last.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="shape">Which rows make a window.</param>
    /// <param name="level">The level of the rows; windows are at the current one.</param>
    /// <param name="before">Of a causal convolution, for each sequence what <see cref="TimeWindows.StepStrided"/> keeps: as it begins, then as it ends. Else a null reference.</param>
    /// <param name="x">The rows.</param>
    /// <param name="windows">Overwritten: a window a row, zeros for time steps that a sequence does not have.</param>
    protected void TakeWindows(int first, int last, int size, ConvolutionShape shape, int level, ref T before, ref T x, ref T windows)
    {
        PackedSequences read = LevelAt(level);
        int kept = shape.Padding == Padding.Causal ? (shape.KernelSize - 1) * shape.Dilation : 0, stateSize = (kept * size) + 1;
        for (int t = 0; t < TimeSteps; t++)
        {
            for (int b = first; b < Math.Min(last, BatchSize(t)); b++)
            {
                int steps = read.Lengths[b], source = (t * shape.Stride) - shape.ZerosBefore(steps);
                for (int tap = 0; tap < shape.KernelSize; tap++, source += shape.Dilation)
                {
                    Span<T> row = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref At(ref windows, RowOf(t, b), shape.KernelSize * size), tap * size), size);
                    if ((uint)source < (uint)steps)
                    {
                        MemoryMarshal.CreateSpan(ref At(ref x, read.RowOf(source, b), size), size).CopyTo(row);
                    }
                    else if (source < 0 && kept > 0)
                    {
                        MemoryMarshal.CreateSpan(ref At(ref At(ref before, b, stateSize), kept + source, size), size).CopyTo(row);
                    }
                    else
                    {
                        row.Clear();
                    }
                }
            }
        }

        for (int b = first; b < last && shape.Padding == Padding.Causal; b++)
        {
            int steps = read.Lengths[b];
            ref T state = ref At(ref before, b, stateSize);
            KeepRows(read, b, steps, kept, size, ref state, ref x);
            Unsafe.Add(ref state, kept * size) = T.CreateTruncating((shape.Stride - (steps % shape.Stride)) % shape.Stride);
        }
    }

    /// <summary>A row of a buffer.</summary>
    private protected static ref T At(ref T buffer, int row, int size) => ref Unsafe.Add(ref buffer, (nint)row * size);
}
