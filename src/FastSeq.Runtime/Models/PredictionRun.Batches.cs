using System.Runtime.InteropServices;

namespace FastSeq;

/// <content>Bringing a batch from the caller's order into that of the rows, and the outputs back.</content>
public abstract partial class PredictionRun<T, TInput>
{
    /// <summary>Takes on a batch and brings its inputs into the order of the rows.</summary>
    /// <param name="source">The batch.</param>
    /// <param name="inTimeOrder">
    /// Whether the rows lie in the order of time even in a model of bundles: where the loss leaves the first time steps out they must; and one thread that only predicts, in whose results no row
    /// meets another, has more rows for its products so.
    /// </param>
    private protected void Begin(SequenceInputs<TInput> source, bool inTimeOrder = false)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Forget();
        HasStates = false;
        StatesAfter = int.MaxValue;
        UseLevel(0);
        packed.Take(source, Info.InputSize, SharesBundles && !inTimeOrder);
        Divide();
        for (int level = 1; level < levels.Length; level++)
        {
            levels[level].Follow(levels[level - 1], Info.TimeChanges[level - 1], Parts);
        }

        Gather(source.Values);
        foreach (TokenColumn tokens in Info.TokenColumns)
        {
            CheckColumn(MemoryMarshal.Cast<TInput, T>(inputs.Span[..(Rows * Info.InputSize)]), tokens);
        }

        if (Info.Vocabulary > 0)
        {
            ReadOnlySpan<int> tokens = MemoryMarshal.Cast<TInput, int>(inputs.Span[..Rows]);
            CheckTokens(tokens);
            SharesTokens = distinctTokens is not null && distinctTokens.Find(tokens);
        }
    }

    /// <summary>Each part gathers its own rows: then they are in the cache of the core that will read them.</summary>
    private unsafe void Gather(ReadOnlySpan<TInput> values)
    {
        if (Parts == 1 || !packed.GathersInParts)
        {
            packed.Gather(values, Info.InputSize, inputs.Span);
            return;
        }

        fixed (TInput* first = values)
        {
            (source, sourceLength) = ((nint)first, values.Length);
            pool.Run(this, InputPhase, Parts);
            source = 0;
        }
    }

    private unsafe void GatherPart(int part)
    {
        SequenceRange(part, out int first, out int last);
        packed.Gather(new ReadOnlySpan<TInput>((void*)source, sourceLength), Info.InputSize, inputs.Span, first, last);
    }

    private void CheckColumn(ReadOnlySpan<T> rows, TokenColumn tokens)
    {
        for (int t = 0; t < TimeSteps; t++)
        {
            for (int b = 0; b < BatchSize(t); b++)
            {
                T found = rows[(RowOf(t, b) * Info.InputSize) + tokens.Column];
                if (!tokens.Holds(found))
                {
                    throw new ArgumentException(FormattableString.Invariant(
                        $"Sequence {packed.Order[b]} has {found} in column {tokens.Column} at time step {packed.TimeStepOf(t, b)}; tokens are whole numbers from 0 to {tokens.Vocabulary - 1}."));
                }
            }
        }
    }

    private void CheckTokens(ReadOnlySpan<int> tokens)
    {
        if (Rows == 0 || tokens.IndexOfAnyExceptInRange(0, Info.Vocabulary - 1) < 0)
        {
            return;
        }

        for (int t = 0; t < TimeSteps; t++)
        {
            for (int b = 0; b < BatchSize(t); b++)
            {
                int token = tokens[RowOf(t, b)];
                if ((uint)token >= (uint)Info.Vocabulary)
                {
                    throw new ArgumentException($"Sequence {packed.Order[b]} has token {token} at time step {packed.TimeStepOf(t, b)}; tokens are 0 to {Info.Vocabulary - 1}.");
                }
            }
        }
    }

    /// <summary>Brings the outputs into the order of the caller.</summary>
    private protected void Unpack(Span<T> destination)
    {
        int size = Info.OutputSize;
        ReadOnlySpan<T> rows = OutputRows;
        if (Info.LastStepOnly)
        {
            for (int b = 0; b < Batch; b++)
            {
                rows.Slice(b * size, size).CopyTo(destination.Slice(packed.Order[b] * size, size));
            }

            return;
        }

        OutputSequences.Scatter(rows, size, destination);
    }
}
