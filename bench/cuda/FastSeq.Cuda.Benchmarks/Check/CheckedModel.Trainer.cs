namespace FastSeq.Cuda.Benchmarks.Check;

/// <content>
/// Whole training, as users have it. All batches have the same shape, so that from the second on a step is one recorded graph, forward, loss, backward and norm, and each but the first of an epoch has gone up
/// while the one before was computed.
/// </content>
sealed partial class CheckedModel<TModel, T, TInput, TTarget>
{
    const int TrainerBatch = 5, TrainerBatches = 4, TrainerSteps = 9;

    double WholeTraining(int epochs)
    {
        ArrayDataset<TInput, TTarget> data = TrainerData();
        using Trainer<TModel> processor = NewTrainer(null), device = NewTrainer(CudaDevice.Default);
        double worst = 0, firstLoss = 0;
        foreach ((EpochReport here, EpochReport there) in processor.Fit(data, data, epochs).Zip(device.Fit(data, data, epochs)))
        {
            firstLoss = here.Epoch == 1 ? here.Loss : firstLoss;
            worst = Larger(worst, Relative(here.Loss, there.Loss, firstLoss));
            worst = Larger(worst, Relative(here.ValidationLoss!.Value, there.ValidationLoss!.Value, firstLoss));
            worst = Larger(worst, Relative(here.GradientNorm, there.GradientNorm, here.GradientNorm));
        }

        return worst;

        // Relative to the number, or to a hundredth of the first loss where less is left.
        static double Relative(double here, double there, double first) => Math.Abs(here - there) / Math.Max(Math.Max(Math.Abs(here), Math.Abs(first) / 100), 1e-30);
    }

    static Trainer<TModel> NewTrainer(ISequenceDevice? device) =>
        new(TModel.Create(seed: 1), new TrainerOptions { Optimizer = new Adam(1e-3), BatchSize = TrainerBatch, ClipNorm = 1, Seed = 3, Device = device });

    ArrayDataset<TInput, TTarget> TrainerData()
    {
        int[] lengths = [.. Enumerable.Repeat(TrainerSteps, TrainerBatch * TrainerBatches)];
        SequenceBatch<TInput, TTarget> batch = new StepData<T, TInput, TTarget>(Info, lengths).Batch;
        TInput[][] inputs = [.. batch.Inputs.ToArray().Chunk(batch.Inputs.Length / lengths.Length)];
        TTarget[][] targets = [.. batch.Targets.ToArray().Chunk(batch.Targets.Length / lengths.Length)];
        return new ArrayDataset<TInput, TTarget>(inputs, targets, Info.InputSize);
    }
}
