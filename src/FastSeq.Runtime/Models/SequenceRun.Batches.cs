using System.Runtime.InteropServices;

namespace FastSeq;

/// <content>Bringing a batch from the caller's order into that of the rows, and the outputs back.</content>
public abstract partial class SequenceRun<T, TInput, TTarget>
{
    /// <summary>Takes on a batch and brings its inputs into the order of the rows.</summary>
    private void Begin(ReadOnlySpan<TInput> source, ReadOnlySpan<int> lengths, int stride)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        hasTape = hasOutputs = hasTargets = false;
        packed.Pack(lengths, stride);
        int size = info.InputSize;
        long expected = (stride == 0 ? Rows : (long)stride * Batch) * size;
        if (stride == 0 && source.Length != expected)
        {
            throw new ArgumentException(
                $"There are {source.Length} inputs, but the lengths sum up to {Rows} time steps of {size}, which makes {expected}.", nameof(source));
        }

        Span<TInput> rows = inputs.Span;
        for (int t = 0; t < TimeSteps; t++)
        {
            int row = RowStart(t);
            for (int b = 0; b < BatchSize(t); b++)
            {
                source.Slice((packed.Source(b) + t) * size, size).CopyTo(rows.Slice((row + b) * size, size));
            }
        }

        if (info.Vocabulary > 0)
        {
            CheckTokens(MemoryMarshal.Cast<TInput, int>(rows[..Rows]));
        }
    }

    private void CheckTokens(ReadOnlySpan<int> tokens)
    {
        if (Rows == 0 || tokens.IndexOfAnyExceptInRange(0, info.Vocabulary - 1) < 0)
        {
            return;
        }

        for (int t = 0; t < TimeSteps; t++)
        {
            for (int b = 0; b < BatchSize(t); b++)
            {
                int token = tokens[RowStart(t) + b];
                if ((uint)token >= (uint)info.Vocabulary)
                {
                    throw new ArgumentException($"Sequence {packed.Order[b]} has token {token} at time step {t}; tokens are 0 to {info.Vocabulary - 1}.");
                }
            }
        }
    }

    private void PackTargets(ReadOnlySpan<TTarget> source)
    {
        int size = TargetSize;
        if (source.Length != OutputRowCount * size)
        {
            throw new ArgumentException(
                $"There are {source.Length} targets, but {OutputRowCount} {(info.LastStepOnly ? "sequences" : "time steps")} need {OutputRowCount * size}.", nameof(source));
        }

        if (OutputRowCount == 0)
        {
            throw new ArgumentException("The batch has no target: there is nothing to take the mean of.", nameof(source));
        }

        Span<TTarget> rows = targets.Span;
        if (info.LastStepOnly)
        {
            for (int b = 0; b < Batch; b++)
            {
                source.Slice(packed.Order[b] * size, size).CopyTo(rows.Slice(b * size, size));
            }
        }
        else
        {
            for (int t = 0; t < TimeSteps; t++)
            {
                for (int b = 0; b < BatchSize(t); b++)
                {
                    source.Slice((packed.Source(b) + t) * size, size).CopyTo(rows.Slice((RowStart(t) + b) * size, size));
                }
            }
        }

        if (info.Loss == LossKind.CrossEntropy && Labels.IndexOfAnyExceptInRange(0, info.OutputSize - 1) is int wrong and >= 0)
        {
            throw new ArgumentException($"A target is class {Labels[wrong]}; classes are 0 to {info.OutputSize - 1}.", nameof(source));
        }
    }

    /// <summary>Brings the outputs into the order of the caller.</summary>
    private void Unpack(Span<T> destination, int stride)
    {
        int size = info.OutputSize;
        ReadOnlySpan<T> rows = OutputRows;
        if (info.LastStepOnly)
        {
            for (int b = 0; b < Batch; b++)
            {
                rows.Slice(b * size, size).CopyTo(destination.Slice(packed.Order[b] * size, size));
            }

            return;
        }

        for (int t = 0; t < TimeSteps; t++)
        {
            for (int b = 0; b < BatchSize(t); b++)
            {
                int row = stride == 0 ? packed.Source(b) + t : (packed.Order[b] * stride) + t;
                rows.Slice((RowStart(t) + b) * size, size).CopyTo(destination.Slice(row * size, size));
            }
        }
    }
}
