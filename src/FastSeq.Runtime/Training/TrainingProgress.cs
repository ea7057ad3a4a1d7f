namespace FastSeq;

/// <summary>Where training is, after a batch.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">The last epoch that was asked for.</param>
/// <param name="Batch">The batch of the epoch, from 1.</param>
/// <param name="Batches">The batches of the epoch.</param>
/// <param name="Loss">The mean loss of the epoch so far.</param>
/// <param name="GradientNorm">The norm of the batch's gradients, before clipping.</param>
/// <param name="LearningRate">The learning rate of the batch.</param>
/// <param name="SequencesPerSecond">The speed of the epoch so far.</param>
public readonly record struct TrainingProgress(
    int Epoch, int Epochs, int Batch, int Batches, double Loss, double GradientNorm, double LearningRate, double SequencesPerSecond);
