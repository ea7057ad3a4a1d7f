using FastSeq.Cuda.Libraries;

namespace FastSeq.Cuda;

/// <content>The next batch of a trainer, which goes up while the current one is computed.</content>
sealed partial class CudaRun<T, TInput, TTarget>
{
    readonly bool uploadsAhead;

    // There was no memory for a second batch.
    bool isOutOfMemory;

    /// <summary>
    /// Of a step that has gone back already nothing on the processor is needed any more but the sums that come down. A second batch takes what memory is left when all else has its own: the moments
    /// come with the first step.
    /// </summary>
    internal override bool PreparesAhead => uploadsAhead && isBack && held.HasMoments && !isOutOfMemory;

    /// <inheritdoc/>
    private protected override bool UploadAhead()
    {
        bool isWhole = false;
        try
        {
            context.Batches.BeginAhead();
            UploadInputs(training: true);
            loss.Take(LossTargets, TargetLengths, LossWeights);
            return isWhole = true;
        }
        catch (CudaException exception) when (exception.Status == CudaDriver.CUDA_ERROR_OUT_OF_MEMORY)
        {
            // Batches go up in their turn from here on.
            isOutOfMemory = true;
            context.Batches.GiveUp();
            return false;
        }
        finally
        {
            context.Batches.EndAhead(isWhole);
        }
    }
}
