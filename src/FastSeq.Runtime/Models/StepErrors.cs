using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using FastSeq.Kernels;

namespace FastSeq;

/// <summary>The errors of a model's <c>Step</c> and <c>StepMany</c>, thrown here so that the step itself stays small.</summary>
public static class StepErrors
{
    /// <summary>The states whose bits are looked at together.</summary>
    private const int Window = 1 << 17;

    /// <summary>Throws the error of an input of the wrong length.</summary>
    [DoesNotReturn]
    public static void ThrowInput(int found, int expected) =>
        throw new ArgumentException($"The time step has {found} features; the model takes {expected}.", "x");

    /// <summary>Throws the error of an output of the wrong length.</summary>
    [DoesNotReturn]
    public static void ThrowOutput(int found, int expected) =>
        throw new ArgumentException($"There is room for {found} outputs; the model has {expected}.", "y");

    /// <summary>Throws the error of a token that is not in the vocabulary.</summary>
    [DoesNotReturn]
    public static void ThrowToken(int token, int vocabulary) =>
        throw new ArgumentException($"Token {token} is not in the vocabulary; tokens are 0 to {vocabulary - 1}.", nameof(token));

    /// <summary>Checks that the next time step of a stream has an output: that no convolution waits for its stride to pass.</summary>
    /// <param name="wait">The time steps to the next output.</param>
    /// <param name="sequence">The number of the stream; below 0 for the rest state.</param>
    /// <param name="convolution">The convolution as declared.</param>
    /// <exception cref="ArgumentException">It waits.</exception>
    public static void CheckOutputIsNext<T>(T wait, int sequence, string convolution)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (wait > T.Zero)
        {
            string between = FormattableString.Invariant($"stands between two outputs of {convolution}: it waits for {wait} more of the rows that this layer reads");
            throw sequence < 0
                ? new ArgumentException($"The rest state {between}; sequences begin with an output. Take a state from where a stride ends.", "value")
                : new ArgumentException($"The state of sequence {sequence} {between}; a batch goes on with an output. Cut streams where a stride ends, or call Step.", "states");
        }
    }

    /// <summary>Checks the lengths of a time step of many streams.</summary>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public static void CheckMany(int streams, int inputs, int inputSize, int outputs, int outputSize)
    {
        if (inputs != (long)streams * inputSize)
        {
            throw new ArgumentException($"There are {inputs} inputs; {streams} streams of {inputSize} take {(long)streams * inputSize}.", "x");
        }

        if (outputs != (long)streams * outputSize)
        {
            throw new ArgumentException($"There is room for {outputs} outputs; {streams} streams of {outputSize} give {(long)streams * outputSize}.", "y");
        }
    }

    /// <summary>Checks that every token is in the vocabulary.</summary>
    /// <exception cref="ArgumentException">One is not.</exception>
    public static void CheckTokens(ReadOnlySpan<int> tokens, int vocabulary)
    {
        foreach (int token in tokens)
        {
            if ((uint)token >= (uint)vocabulary)
            {
                ThrowToken(token, vocabulary);
            }
        }
    }

    /// <summary>Checks that a feature of each of some rows is a token.</summary>
    /// <param name="rows">The features of a time step, of one stream or of many.</param>
    /// <param name="features">The features of a row.</param>
    /// <param name="column">The feature that must be a token.</param>
    /// <param name="vocabulary">The number of tokens.</param>
    /// <exception cref="ArgumentException">One is not.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CheckColumn<T>(ReadOnlySpan<T> rows, int features, int column, int vocabulary)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int place = column; place < rows.Length; place += features)
        {
            if (!EmbeddingColumns.IsToken(rows[place], vocabulary))
            {
                ThrowColumn(rows[place], place / features, rows.Length / features, column, vocabulary);
            }
        }
    }

    [DoesNotReturn]
    private static void ThrowColumn<T>(T found, int row, int rows, int column, int vocabulary)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        throw new ArgumentException(FormattableString.Invariant($"{(rows > 1 ? $"Row {row} of x has" : "x has")} {found} in column {column}; tokens are whole numbers from 0 to {vocabulary - 1}."), "x");

    /// <summary>Checks that streams to advance together are different ones of those there are.</summary>
    /// <exception cref="ArgumentException">One is not there, or is named twice.</exception>
    [SkipLocalsInit]
    public static void CheckStreams(ReadOnlySpan<int> streams, int count)
    {
        foreach (int stream in streams)
        {
            if ((uint)stream >= (uint)count)
            {
                throw new ArgumentException($"Stream {stream} is not there; the states are 0 to {count - 1}.", nameof(streams));
            }
        }

        // A bit a state, a window of states at a time: any number of states in memory of one size.
        Span<ulong> seen = stackalloc ulong[Window / 64];
        for (long start = 0; start < count && streams.Length > 1; start += Window)
        {
            int length = (int)Math.Min(Window, count - start);
            seen[..((length + 63) / 64)].Clear();
            foreach (int stream in streams)
            {
                long place = stream - start;
                if (place < 0 || place >= length)
                {
                    continue;
                }

                ref ulong word = ref seen[(int)(place / 64)];
                ulong bit = 1ul << (int)place;
                if ((word & bit) != 0)
                {
                    throw new ArgumentException($"Stream {stream} is named twice; a stream can only be advanced by one time step at a time.", nameof(streams));
                }

                word |= bit;
            }
        }
    }
}
