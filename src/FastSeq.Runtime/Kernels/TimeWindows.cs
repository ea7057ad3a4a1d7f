using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq.Kernels;

/// <summary>
/// The window of a causal convolution at one time step of a stream: the rows of the time steps t - (taps - 1)·dilation, ..., t - dilation, t side by side, zeros before the
/// first one. A stream keeps the last (taps - 1)·dilation rows, oldest first.
/// </summary>
public static class TimeWindows
{
    /// <summary>The numbers that a stream keeps.</summary>
    public static int State(int size, int taps, int dilation) => (taps - 1) * dilation * size;

    /// <summary>The window of a time step; then the stream goes on by it.</summary>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="taps">The rows of a window.</param>
    /// <param name="dilation">The time steps from a row of a window to the next.</param>
    /// <param name="x">The row of the time step.</param>
    /// <param name="state">Read and overwritten.</param>
    /// <param name="window">Overwritten: [taps, size].</param>
    public static void Step<T>(int size, int taps, int dilation, ref readonly T x, ref T state, ref T window)
        where T : unmanaged
    {
        ReadOnlySpan<T> row = MemoryMarshal.CreateReadOnlySpan(in x, size);
        Span<T> kept = MemoryMarshal.CreateSpan(ref state, State(size, taps, dilation)), rows = MemoryMarshal.CreateSpan(ref window, taps * size);
        for (int tap = 0; tap < taps - 1; tap++)
        {
            kept.Slice(tap * dilation * size, size).CopyTo(rows[(tap * size)..]);
        }

        row.CopyTo(rows[((taps - 1) * size)..]);
        Keep(row, kept);
    }

    /// <summary>As the other, of a convolution with a stride: only where the stream waits for no more time steps there is a window.</summary>
    /// <param name="size">The numbers of a row.</param>
    /// <param name="taps">The rows of a window.</param>
    /// <param name="dilation">The time steps from a row of a window to the next.</param>
    /// <param name="stride">The time steps from one window to the next.</param>
    /// <param name="x">The row of the time step.</param>
    /// <param name="state">Read and overwritten: the rows, and behind them the time steps until the next window.</param>
    /// <param name="window">Overwritten where there is one: [taps, size].</param>
    /// <returns>Whether there is one.</returns>
    public static bool StepStrided<T>(int size, int taps, int dilation, int stride, ref readonly T x, ref T state, ref T window)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = State(size, taps, dilation);
        ref T wait = ref Unsafe.Add(ref state, rows);
        if (wait > T.Zero)
        {
            wait -= T.One;
            Keep(MemoryMarshal.CreateReadOnlySpan(in x, size), MemoryMarshal.CreateSpan(ref state, rows));
            return false;
        }

        wait = T.CreateTruncating(stride - 1);
        Step(size, taps, dilation, in x, ref state, ref window);
        return true;
    }

    /// <summary>Drops the oldest row for a new one.</summary>
    static void Keep<T>(ReadOnlySpan<T> row, Span<T> kept)
        where T : unmanaged
    {
        if (!kept.IsEmpty)
        {
            kept[row.Length..].CopyTo(kept);
            row.CopyTo(kept[^row.Length..]);
        }
    }
}
