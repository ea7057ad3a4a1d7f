using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq;

/// <content>Layers that read time backwards: rows of each sequence in the opposite order, by the sequence's own length.</content>
public abstract partial class PredictionRun<T, TInput>
{
    /// <summary>y[t] = x[T - 1 - t] of each of the sequences first to last - 1, T its own length.</summary>
    protected void ReverseRows(int first, int last, int size, ref T x, ref T y)
    {
        for (int t = 0; t < TimeSteps; t++)
        {
            for (int b = first; b < Math.Min(last, BatchSize(t)); b++)
            {
                Row(ref x, RowOf(t, b), size).CopyTo(Row(ref y, ReversedRow(t, b), size));
            }
        }
    }

    /// <summary>y[t] += x[T - 1 - t]: the gradient of <see cref="ReverseRows"/>, added to what another layer has left there.</summary>
    protected void AddReversedRows(int first, int last, int size, ref T x, ref T y)
    {
        for (int t = 0; t < TimeSteps; t++)
        {
            for (int b = first; b < Math.Min(last, BatchSize(t)); b++)
            {
                Span<T> row = Row(ref y, ReversedRow(t, b), size);
                TensorPrimitives.Add(row, Row(ref x, RowOf(t, b), size), row);
            }
        }
    }

    /// <summary>Joins the outputs of two directions, of sequences first to last - 1.</summary>
    /// <param name="first">The first sequence.</param>
    /// <param name="last">The sequence after the last.</param>
    /// <param name="size">The numbers of a row of one direction.</param>
    /// <param name="merge">How.</param>
    /// <param name="f">The outputs of the cell that reads forward.</param>
    /// <param name="r">Those of the other, in the order in which it has read: the last time step first.</param>
    /// <param name="y">Overwritten: the joined rows.</param>
    protected void MergeDirections(int first, int last, int size, Merge merge, ref T f, ref T r, ref T y)
    {
        T half = T.CreateTruncating(0.5);
        int width = merge == Merge.Concat ? 2 * size : size;
        for (int t = 0; t < TimeSteps; t++)
        {
            for (int b = first; b < Math.Min(last, BatchSize(t)); b++)
            {
                int row = RowOf(t, b);
                Span<T> forward = Row(ref f, row, size), backward = Row(ref r, ReversedRow(t, b), size), joined = Row(ref y, row, width);
                switch (merge)
                {
                    case Merge.Concat:
                        forward.CopyTo(joined);
                        backward.CopyTo(joined[size..]);
                        break;
                    case Merge.Sum:
                        TensorPrimitives.Add<T>(forward, backward, joined);
                        break;
                    case Merge.Mean:
                        TensorPrimitives.Add<T>(forward, backward, joined);
                        TensorPrimitives.Multiply(joined, half, joined);
                        break;
                    case Merge.Product:
                        TensorPrimitives.Multiply<T>(forward, backward, joined);
                        break;
                }
            }
        }
    }

    /// <summary>The gradient of <see cref="MergeDirections"/>.</summary>
    /// <param name="first">The first sequence.</param>
    /// <param name="last">The sequence after the last.</param>
    /// <param name="size">The numbers of a row of one direction.</param>
    /// <param name="merge">How they were joined.</param>
    /// <param name="f">The outputs of the cell that reads forward.</param>
    /// <param name="r">Those of the other, in the order in which it has read.</param>
    /// <param name="dy">The gradients of the joined rows.</param>
    /// <param name="df">Overwritten: the gradients of <paramref name="f"/>.</param>
    /// <param name="dr">Overwritten: the gradients of <paramref name="r"/>, in its order.</param>
    protected void SplitDirections(int first, int last, int size, Merge merge, ref T f, ref T r, ref T dy, ref T df, ref T dr)
    {
        T half = T.CreateTruncating(0.5);
        int width = merge == Merge.Concat ? 2 * size : size;
        for (int t = 0; t < TimeSteps; t++)
        {
            for (int b = first; b < Math.Min(last, BatchSize(t)); b++)
            {
                int row = RowOf(t, b), reversed = ReversedRow(t, b);
                Span<T> joined = Row(ref dy, row, width), forward = Row(ref df, row, size), backward = Row(ref dr, reversed, size);
                switch (merge)
                {
                    case Merge.Concat:
                        joined[..size].CopyTo(forward);
                        joined[size..].CopyTo(backward);
                        break;
                    case Merge.Sum:
                        joined.CopyTo(forward);
                        joined.CopyTo(backward);
                        break;
                    case Merge.Mean:
                        TensorPrimitives.Multiply(joined, half, forward);
                        forward.CopyTo(backward);
                        break;
                    case Merge.Product:
                        TensorPrimitives.Multiply<T>(joined, Row(ref r, reversed, size), forward);
                        TensorPrimitives.Multiply<T>(joined, Row(ref f, row, size), backward);
                        break;
                }
            }
        }
    }

    private int ReversedRow(int timeStep, int sequence) => RowOf(packed.Lengths[sequence] - 1 - timeStep, sequence);

    private static Span<T> Row(ref T rows, int row, int size) => MemoryMarshal.CreateSpan(ref Unsafe.Add(ref rows, (nint)row * size), size);
}
