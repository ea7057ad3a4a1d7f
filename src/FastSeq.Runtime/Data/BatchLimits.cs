namespace FastSeq;

/// <summary>How large the batches of a dataset may be.</summary>
/// <param name="MaxSequences">The most sequences of a batch.</param>
/// <param name="MaxTokens">The most tokens of a batch.</param>
/// <param name="Tokens">The tokens of each sequence; null where only the number of sequences counts.</param>
readonly record struct BatchLimits(int MaxSequences, long MaxTokens = 0, int[]? Tokens = null)
{
    /// <summary>The limits of a dataset.</summary>
    /// <param name="dataset">Checked before.</param>
    /// <param name="model">The model that it is for.</param>
    /// <param name="role">What the dataset is for, as errors name it.</param>
    /// <param name="maxSequences">The most sequences of a batch.</param>
    /// <param name="maxTokens">The most tokens of a batch; null for any number.</param>
    /// <param name="window">The time steps of a window, where sequences are cut into such.</param>
    /// <exception cref="DatasetException">A sequence alone has too many tokens.</exception>
    public static BatchLimits Of<TInput, TTarget>(SequenceDataset<TInput, TTarget> dataset, ModelInfo model, string role, int maxSequences, int? maxTokens, int? window)
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        if (maxTokens is not { } budget) return new BatchLimits(maxSequences);
        var tokens = new int[dataset.Count];
        for (int i = 0; i < tokens.Length; i++)
        {
            int steps = Math.Min(dataset.LengthOf(i), window ?? int.MaxValue);
            int labels = model.Loss.AlignsTargets ? dataset.TargetOf(i).Length : 0;
            tokens[i] = Math.Max(1, Math.Max(steps, labels));
            if (tokens[i] > budget)
            {
                string found = $"{tokens[i]} {(labels > steps ? "labels" : "time steps")}{(window is null ? "" : " in a window")}";
                string mend = window is not null ? "or make the windows shorter (Truncation)"
                    : model.WindowsRefusal is null ? "cut the sequence, or train it in windows (Truncation)"
                    : "or cut the sequence";
                throw new DatasetException($"{role} sequence {i} has {found}, more than the {budget} of TrainerOptions.MaxTokensPerBatch. Raise that, {mend}.");
            }
        }

        return new BatchLimits(maxSequences, budget, tokens);
    }

    /// <summary>The most sequences that a batch can hold: as many as the shortest ones together have tokens for.</summary>
    /// <param name="count">The sequences of the dataset.</param>
    public int MostSequences(int count)
    {
        int most = Math.Min(count, MaxSequences);
        if (Tokens is null) return most;
        var sorted = (int[])Tokens.Clone();
        Array.Sort(sorted);
        long sum = 0;
        for (int i = 0; i < most; i++)
        {
            sum += sorted[i];
            if (sum > MaxTokens) return i;
        }

        return most;
    }
}
