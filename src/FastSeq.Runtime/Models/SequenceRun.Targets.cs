using System.Runtime.InteropServices;

namespace FastSeq;

/// <content>Bringing targets from the caller's order into that of the rows, and checking them.</content>
public abstract partial class SequenceRun<T, TInput, TTarget>
{
    /// <summary>The address and the length of the caller's targets, while parts gather them.</summary>
    private nint targetSource;
    private int targetSourceLength;

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
                FormattableString.Invariant($"{PlaceOfTarget(wrong)} is the {Info.Loss.TargetName} {PackedTargets[wrong]}; it must be from {Info.Loss.TargetRange(Info.OutputSize)}."), nameof(batch));
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
        for (int index = 0; index < lengths.Length; index++)
        {
            int length = lengths[index];
            if ((uint)length > (uint)MaxTimeSteps)
            {
                throw new ArgumentException($"The target of sequence {index} has {length} labels; this run was created for at most {MaxTimeSteps} time steps and labels.", nameof(lengths));
            }

            labelStarts[index] = count;
            count += length;
        }

        if (count > MaxRows)
        {
            throw new ArgumentException($"The targets have {count} labels; this run was created for at most {MaxRows}.", nameof(lengths));
        }

        if (count != source.Length)
        {
            throw new ArgumentException($"There are {source.Length} labels, but the lengths of the targets sum up to {count}.", "batch");
        }

        targetCount = 0;
        for (int b = 0; b < Batch; b++)
        {
            int sequence = Packed.Order[b];
            targetLengths[b] = lengths[sequence];
            source.Slice((int)labelStarts[sequence], lengths[sequence]).CopyTo(targets.Span[targetCount..]);
            targetCount += lengths[sequence];
        }
    }

    private void PackRows(ReadOnlySpan<TTarget> source)
    {
        int size = Info.TargetSize;
        int callerRows = CallerOutputRows;
        if (source.Length != callerRows * size)
        {
            throw new ArgumentException(
                $"There are {source.Length} targets, but one row of {size} for each {Info.OutputRowName} makes {callerRows * size}.", "batch");
        }

        if (OutputRowCount == 0)
        {
            throw new ArgumentException("The batch has no target: there is nothing to take the mean of.", "batch");
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
            GatherTargets(source);
        }
    }

    /// <summary>Where the loss is summed up by bundles, each part gathers the targets of its own rows.</summary>
    private unsafe void GatherTargets(ReadOnlySpan<TTarget> source)
    {
        if (Parts == 1 || !HasBundles || !OutputSequences.GathersInParts)
        {
            OutputSequences.Gather(source, Info.TargetSize, targets.Span);
            return;
        }

        fixed (TTarget* first = source)
        {
            (targetSource, targetSourceLength) = ((nint)first, source.Length);
            Pool.Run(this, TargetPhase, Parts);
            targetSource = 0;
        }
    }

    private unsafe void GatherTargets(int part)
    {
        SequenceRange(part, out int first, out int last);
        OutputSequences.Gather(new ReadOnlySpan<TTarget>((void*)targetSource, targetSourceLength), Info.TargetSize, targets.Span, first, last);
    }

    /// <summary>Where a number of the packed targets stands in the caller's batch, as messages begin.</summary>
    private string PlaceOfTarget(int index)
    {
        int b = 0;
        if (Info.Loss.AlignsTargets)
        {
            for (; index >= targetLengths[b]; b++)
            {
                index -= targetLengths[b];
            }

            return $"Label {index} of the target of sequence {Packed.Order[b]}";
        }

        int row = index / Info.TargetSize;
        string what = Info.TargetSize == 1 ? "The target" : $"Number {index % Info.TargetSize} of the target";
        if (Info.LastStepOnly)
        {
            return $"{what} of sequence {Packed.Order[row]}";
        }

        OutputSequences.Find(row, out int timeStep, out b);
        string ofOutputs = Info.TimeChanges.IsEmpty ? "" : " of the outputs";
        return $"{what} of sequence {Packed.Order[b]} at time step {OutputSequences.TimeStepOf(timeStep, b)}{ofOutputs}";
    }

    private int IndexOfWrongTarget() => typeof(TTarget) == typeof(int)
        ? Info.Loss.IndexOfWrong(MemoryMarshal.Cast<TTarget, int>(PackedTargets), Info.OutputSize)
        : typeof(TTarget) == typeof(float)
            ? Info.Loss.IndexOfWrong(MemoryMarshal.Cast<TTarget, float>(PackedTargets))
            : Info.Loss.IndexOfWrong(MemoryMarshal.Cast<TTarget, double>(PackedTargets));
}
