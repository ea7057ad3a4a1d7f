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
        if (taps > 1)
        {
            kept[size..].CopyTo(kept);
            row.CopyTo(kept[^size..]);
        }
    }
}
