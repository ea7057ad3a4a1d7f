using System.Runtime.CompilerServices;
using FastSeq.Kernels;

namespace FastSeq;

/// <content>The gradients of the layers over time.</content>
public abstract partial class SequenceRun<T, TInput, TTarget>
{
    /// <summary>The gradient of <see cref="PredictionRun{T, TInput}.PoolMean"/>: dx = dy / count at every time step.</summary>
    /// <param name="first">The first sequence, longest first.</param>
    /// <param name="last">The sequence after the last.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="state">What forward kept of each sequence.</param>
    /// <param name="dy">The gradients by the pooled rows.</param>
    /// <param name="dx">Overwritten.</param>
    protected void SpreadMean(int first, int last, int size, ref T state, ref T dy, ref T dx)
    {
        int kept = TimePooling.MeanState(size);
        for (int t = 0; t < TimeSteps; t++)
        {
            for (int b = first; b < Math.Min(last, BatchSize(t)); b++)
            {
                Elementwise.Map(size, in At(ref dy, b, size), ref At(ref dx, RowOf(t, b), size), new DividedBy<T>(Unsafe.Add(ref At(ref state, b, kept), size)));
            }
        }
    }

    /// <summary>The gradient of <see cref="PredictionRun{T, TInput}.PoolMaximum"/>: that of the first time step that has the maximum, zero elsewhere.</summary>
    /// <param name="first">The first sequence, longest first.</param>
    /// <param name="last">The sequence after the last.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="x">The rows that were pooled.</param>
    /// <param name="y">The pooled rows.</param>
    /// <param name="dy">The gradients by the pooled rows; overwritten.</param>
    /// <param name="dx">Overwritten.</param>
    protected void SpreadMaximum(int first, int last, int size, ref T x, ref T y, ref T dy, ref T dx)
    {
        for (int t = 0; t < TimeSteps; t++)
        {
            for (int b = first; b < Math.Min(last, BatchSize(t)); b++)
            {
                int row = RowOf(t, b);
                TimePooling.MaximumBackward(size, in At(ref x, row, size), in At(ref y, b, size), ref At(ref dy, b, size), ref At(ref dx, row, size));
            }
        }
    }

    /// <summary>The gradient of <see cref="PredictionRun{T, TInput}.PoolAttention"/> by its rows and scores.</summary>
    /// <param name="first">The first sequence, longest first.</param>
    /// <param name="last">The sequence after the last.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="query">[size].</param>
    /// <param name="x">The rows that were pooled.</param>
    /// <param name="scores">The scores in, their gradients out.</param>
    /// <param name="state">What forward kept of each sequence.</param>
    /// <param name="y">The pooled rows.</param>
    /// <param name="dy">The gradients by the pooled rows.</param>
    /// <param name="dx">Overwritten; or a null reference.</param>
    protected void SpreadAttention(int first, int last, int size, ref T query, ref T x, ref T scores, ref T state, ref T y, ref T dy, ref T dx)
    {
        int kept = TimePooling.AttentionState(size);
        for (int t = 0; t < TimeSteps; t++)
        {
            for (int b = first; b < Math.Min(last, BatchSize(t)); b++)
            {
                int row = RowOf(t, b);
                ref T gradient = ref At(ref dy, b, size);
                T mean = TimePooling.Dot(size, in gradient, in At(ref y, b, size));
                TimePooling.AttentionBackward(
                    size, in query, in At(ref x, row, size), in At(ref state, b, kept), in gradient, mean, ref At(ref scores, row, 1),
                    ref Unsafe.IsNullRef(in dx) ? ref dx : ref At(ref dx, row, size));
            }
        }
    }

    /// <summary>The gradient of <see cref="PredictionRun{T, TInput}.TakeWindows(int, int, int, int, int, int, int, ref T, ref T, ref T)"/>: each row takes up what the windows that hold it have of it.</summary>
    /// <param name="first">The first sequence, longest first.</param>
    /// <param name="last">The sequence after the last.</param>
    /// <param name="begin">The first time step.</param>
    /// <param name="end">The time step after the last; later windows are done.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="taps">The rows of a window.</param>
    /// <param name="dilation">The time steps from a row of a window to the next.</param>
    /// <param name="dWindows">The gradients by the windows.</param>
    /// <param name="dx">Overwritten.</param>
    /// <param name="adds">Adds to dx instead.</param>
    protected void SpreadWindows(int first, int last, int begin, int end, int size, int taps, int dilation, ref T dWindows, ref T dx, bool adds = false)
    {
        for (int t = begin; t < end; t++)
        {
            for (int b = first; b < Math.Min(last, BatchSize(t)); b++)
            {
                ref T row = ref At(ref dx, RowOf(t, b), size);
                RowMerge.SumBackward(size, in Unsafe.Add(ref At(ref dWindows, RowOf(t, b), taps * size), (taps - 1) * size), ref row, adds);
                for (int tap = taps - 2; tap >= 0; tap--)
                {
                    int later = t + ((taps - 1 - tap) * dilation);
                    if (later >= TimeSteps || b >= BatchSize(later))
                    {
                        break;
                    }

                    Elementwise.Map(size, in row, in Unsafe.Add(ref At(ref dWindows, RowOf(later, b), taps * size), tap * size), ref row, default(Plus<T>));
                }
            }
        }
    }

    /// <summary>The gradient of <see cref="PredictionRun{T, TInput}.TakeWindows(int, int, int, ConvolutionShape, int, ref T, ref T, ref T)"/>: each row takes up what the windows that hold it have of it.</summary>
    /// <param name="first">The first sequence, longest first.</param>
    /// <param name="last">The sequence after the last.</param>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="shape">Which rows make a window.</param>
    /// <param name="level">The level of the rows; windows are at the current one.</param>
    /// <param name="dWindows">The gradients by the windows.</param>
    /// <param name="dx">Overwritten: zeros where no window holds a row.</param>
    /// <param name="adds">Adds to dx instead.</param>
    protected void SpreadWindows(int first, int last, int size, ConvolutionShape shape, int level, ref T dWindows, ref T dx, bool adds = false)
    {
        PackedSequences read = LevelAt(level), windows = Packed;
        for (int t = 0; t < read.TimeSteps; t++)
        {
            for (int b = first; b < Math.Min(last, read.BatchSize(t)); b++)
            {
                bool hasGradient = adds;
                ref T row = ref At(ref dx, read.RowOf(t, b), size);
                int begin = t + shape.ZerosBefore(read.Lengths[b]);
                for (int tap = shape.KernelSize - 1; tap >= 0; tap--)
                {
                    (int window, int rest) = Math.DivRem(begin - (tap * shape.Dilation), shape.Stride);
                    if (rest == 0 && (uint)window < (uint)windows.Lengths[b])
                    {
                        RowMerge.SumBackward(size, in Unsafe.Add(ref At(ref dWindows, windows.RowOf(window, b), shape.KernelSize * size), tap * size), ref row, hasGradient);
                        hasGradient = true;
                    }
                }

                if (!hasGradient)
                {
                    Clear(ref row, size);
                }
            }
        }
    }
}
