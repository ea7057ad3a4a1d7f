using System.Runtime.InteropServices;

namespace FastSeq;

/// <content>Bringing targets from the caller's order into that of the rows, and checking them.</content>
public abstract partial class SequenceRun<T, TInput, TTarget>
{
    private void PackTargets(SequenceBatch<TInput, TTarget> batch)
    {
        if (Info.Loss.AlignsTargets)
        {
            PackLabels(batch.Targets, batch.TargetLengths);
        }
        else if (batch.TargetLengths.IsEmpty)
        {
            PackRows(batch.Targets);
        }
        else
        {
            throw new ArgumentException($"The batch has lengths of targets; {Info.Name} learns a target row for each {Info.OutputRowName}.", nameof(batch));
        }

        int wrong = IndexOfWrongTarget();
        if (wrong >= 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"A target is the {Info.Loss.TargetName} {PackedTargets[wrong]}; it must be from {Info.Loss.TargetRange(Info.OutputSize)}."), nameof(batch));
        }
    }

    /// <summary>Brings targets of any lengths into the order of the sequences, longest sequence first.</summary>
    private void PackLabels(ReadOnlySpan<TTarget> source, ReadOnlySpan<int> lengths)
    {
        if (Batch == 0 || lengths.Length != Batch)
        {
            throw new ArgumentException($"The batch has {Batch} sequences and lengths of {lengths.Length} targets; {Info.Name} learns a target of any length for each sequence.", nameof(lengths));
        }

        long count = 0;
        foreach (int length in lengths)
        {
            if ((uint)length > (uint)MaxTimeSteps)
            {
                throw new ArgumentException($"A target has {length} labels; this run was created for at most {MaxTimeSteps} time steps and labels.", nameof(lengths));
            }

            count += length;
        }

        if (count > MaxRows)
        {
            throw new ArgumentException($"The targets have {count} labels; this run was created for at most {MaxRows}.", nameof(lengths));
        }

        if (count != source.Length)
        {
            throw new ArgumentException($"There are {source.Length} labels, but the lengths of the targets sum up to {count}.", nameof(source));
        }

        targetCount = 0;
        for (int b = 0; b < Batch; b++)
        {
            int place = Packed.Order[b], start = 0;
            foreach (int length in lengths[..place])
            {
                start += length;
            }

            targetLengths[b] = lengths[place];
            source.Slice(start, lengths[place]).CopyTo(targets.Span[targetCount..]);
            targetCount += lengths[place];
        }
    }

    private void PackRows(ReadOnlySpan<TTarget> source)
    {
        int size = Info.TargetSize;
        int callerRows = CallerOutputRows;
        if (source.Length != callerRows * size)
        {
            throw new ArgumentException(
                $"There are {source.Length} targets, but one row of {size} for each {Info.OutputRowName} makes {callerRows * size}.", nameof(source));
        }

        if (OutputRowCount == 0)
        {
            throw new ArgumentException("The batch has no target: there is nothing to take the mean of.", nameof(source));
        }

        targetCount = OutputRowCount * size;
        Span<TTarget> rows = targets.Span;
        if (Info.LastStepOnly)
        {
            for (int b = 0; b < Batch; b++)
            {
                source.Slice(Packed.Order[b] * size, size).CopyTo(rows.Slice(b * size, size));
            }
        }
        else
        {
            OutputSequences.Gather(source, size, rows);
        }
    }

    private int IndexOfWrongTarget() => typeof(TTarget) == typeof(int)
        ? Info.Loss.IndexOfWrong(MemoryMarshal.Cast<TTarget, int>(PackedTargets), Info.OutputSize)
        : typeof(TTarget) == typeof(float)
            ? Info.Loss.IndexOfWrong(MemoryMarshal.Cast<TTarget, float>(PackedTargets))
            : Info.Loss.IndexOfWrong(MemoryMarshal.Cast<TTarget, double>(PackedTargets));
}
