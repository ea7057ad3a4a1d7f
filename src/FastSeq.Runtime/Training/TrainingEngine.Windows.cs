namespace FastSeq;

/// <content>Sequences in windows of time steps, with states that go on.</content>
public sealed partial class TrainingEngine<TModel, T, TInput, TTarget>
{
    /// <summary>A state for each sequence of a batch.</summary>
    T[] states = [];

    /// <summary>The numbers from one state to the next.</summary>
    int StateStride => model.Info.States.Max(state => state.Offset + state.Size);

    void CheckTruncation()
    {
        if (model.Info.WindowsRefusal is { } reason) throw new ArgumentException($"TrainerOptions.Truncation cuts sequences into windows, but {model.Info.Name} {reason}. Leave it null.");
    }

    /// <summary>Trains on a batch, window by window.</summary>
    double TrainWindows(SequenceDataset<TInput, TTarget> training, ReadOnlySpan<int> sequences, int batchIndex, ref EpochTotals totals)
    {
        TruncatedBackpropagation rule = options.Truncation!;
        bool carried = rule.CarryStates && batchIndex > 0;
        int longest = LongestOf(training, sequences), start = 0;
        double norm = 0;
        for (int end = rule.Steps; end - rule.Steps < longest; end += rule.Steps)
        {
            // The next window begins where its gradients end; the state there is what this one leaves.
            int next = Math.Max(0, end + rule.Steps - rule.Length);
            var window = new SequenceWindow(Begins: start == 0 && !carried, FirstLossStep: end - rule.Steps - start, StatesAfter: end < longest ? next - start : int.MaxValue);
            T loss = run!.ForwardWindow(reader!.ReadWindow(training, sequences, start, end), states, StateStride, window, training: true);
            norm = Learn(double.CreateChecked(loss), batchIndex, ref totals);
            start = next;
        }

        return norm;
    }

    /// <summary>Evaluates a batch, window by window.</summary>
    void EvaluateWindows(SequenceDataset<TInput, TTarget> dataset, ReadOnlySpan<int> sequences, int batchIndex, ref EpochTotals totals)
    {
        TruncatedBackpropagation rule = options.Truncation!;
        int longest = LongestOf(dataset, sequences);
        for (int start = 0; start < longest; start += rule.Length)
        {
            var window = new SequenceWindow(Begins: start == 0 && !(rule.CarryStates && batchIndex > 0), FirstLossStep: 0, StatesAfter: int.MaxValue);
            run!.ForwardWindow(reader!.ReadWindow(dataset, sequences, start, start + rule.Length), states, StateStride, window, training: false);
            totals.Add(run.LossMean, run.MetricMean, gradientNorm: 0);
        }
    }

    static int LongestOf(SequenceDataset<TInput, TTarget> dataset, ReadOnlySpan<int> sequences)
    {
        int longest = 0;
        foreach (int sequence in sequences) longest = Math.Max(longest, dataset.LengthOf(sequence));
        return longest;
    }
}
