namespace FastSeq;

/// <summary>Copies the sequences of a batch one after the other into memory that was allocated once.</summary>
sealed class BatchReader<TInput, TTarget>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    readonly TInput[] inputs;
    readonly TTarget[] targets;
    readonly int[] lengths;
    readonly int[] targetLengths;
    readonly int inputSize, targetSize;

    public BatchReader(ModelInfo model, int maxBatch, int maxRows, int targetRows)
    {
        (inputSize, targetSize) = (model.InputSize, model.TargetSize);
        inputs = new TInput[checked(maxRows * model.InputSize)];
        targets = new TTarget[checked(targetRows * model.TargetSize)];
        lengths = new int[maxBatch];
        targetLengths = new int[model.Loss.AlignsTargets ? maxBatch : 0];
    }

    /// <summary>Reads some sequences; the batch is valid until the next call.</summary>
    public SequenceBatch<TInput, TTarget> Read(SequenceDataset<TInput, TTarget> dataset, ReadOnlySpan<int> sequences)
    {
        int inputCount = 0, targetCount = 0;
        for (int i = 0; i < sequences.Length; i++)
        {
            ReadOnlySpan<TInput> input = dataset.InputOf(sequences[i]);
            ReadOnlySpan<TTarget> target = dataset.TargetOf(sequences[i]);
            input.CopyTo(inputs.AsSpan(inputCount));
            target.CopyTo(targets.AsSpan(targetCount));
            inputCount += input.Length;
            targetCount += target.Length;
            lengths[i] = dataset.LengthOf(sequences[i]);
            if (targetLengths.Length > 0) targetLengths[i] = target.Length;
        }

        return new SequenceBatch<TInput, TTarget>(
            inputs.AsSpan(0, inputCount),
            lengths.AsSpan(0, sequences.Length),
            targets.AsSpan(0, targetCount),
            targetLengths.AsSpan(0, Math.Min(targetLengths.Length, sequences.Length)));
    }

    /// <summary>Reads time steps start to end - 1 of some sequences, as far as they have them; the batch is valid until the next call.</summary>
    public SequenceBatch<TInput, TTarget> ReadWindow(SequenceDataset<TInput, TTarget> dataset, ReadOnlySpan<int> sequences, int start, int end)
    {
        int steps = 0;
        for (int i = 0; i < sequences.Length; i++)
        {
            int length = dataset.LengthOf(sequences[i]), first = Math.Min(start, length);
            lengths[i] = Math.Min(end, length) - first;
            dataset.InputOf(sequences[i]).Slice(first * inputSize, lengths[i] * inputSize).CopyTo(inputs.AsSpan(steps * inputSize));
            dataset.TargetOf(sequences[i]).Slice(first * targetSize, lengths[i] * targetSize).CopyTo(targets.AsSpan(steps * targetSize));
            steps += lengths[i];
        }

        return new SequenceBatch<TInput, TTarget>(inputs.AsSpan(0, steps * inputSize), lengths.AsSpan(0, sequences.Length), targets.AsSpan(0, steps * targetSize));
    }
}
