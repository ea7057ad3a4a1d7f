namespace FastSeq;

/// <content>Batches of whole sequences: where a device computes, the next one is read and goes there before anybody waits for the loss of the current one.</content>
public sealed partial class TrainingEngine<TModel, T, TInput, TTarget>
{
    double TrainBatch(SequenceDataset<TInput, TTarget> training, BatchOrder order, int batchIndex, ref EpochTotals totals)
    {
        if (run!.IsPrepared)
        {
            run.StartPrepared();
        }
        else
        {
            SequenceBatch<TInput, TTarget> batch = reader!.Read(training, order.Batch(batchIndex));
            if (IsEmpty(batch)) return 0;
            run.Start(batch);
        }

        if (run.PreparesAhead && batchIndex + 1 < order.BatchCount) Prepare(training, order.Batch(batchIndex + 1));
        return Learn(double.CreateChecked(run.Finish()), batchIndex, ref totals);
    }

    void Prepare(SequenceDataset<TInput, TTarget> training, ReadOnlySpan<int> sequences)
    {
        try
        {
            SequenceBatch<TInput, TTarget> batch = reader!.Read(training, sequences);
            if (!IsEmpty(batch)) run!.Prepare(batch);
        }
        catch (Exception)
        {
            // What is wrong with a batch is thrown when its turn comes, after the step of the current one: it is read again.
            run!.ForgetPrepared();
        }
    }
}
