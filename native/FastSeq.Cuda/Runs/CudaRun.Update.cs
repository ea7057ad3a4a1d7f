namespace FastSeq.Cuda;

/// <content>The end of a training step on the device.</content>
sealed partial class CudaRun<T, TInput, TTarget>
{
    readonly HeldParameters<T> held;

    // Whether the caller has read, and may have changed, the gradients of the last backward.
    bool hasFetchedGradients;

    /// <inheritdoc/>
    internal override double GradientNorm()
    {
        if (hasFetchedGradients)
        {
            held.UploadGradients(HostGradients);
            held.LaunchNorm();
        }

        return held.ReadNorm();
    }

    /// <inheritdoc/>
    internal override void UpdateParameters(Optimizer optimizer, double norm, double? maxNorm, double? maxValue)
    {
        if (!KeepsParameters || !held.IsCurrent) held.Upload();
        held.Take(optimizer);
        optimizer.BeginStep();
        held.Step(optimizer.Rule, maxNorm is { } most ? FastSeq.Gradients.NormScale(norm, most) : 1, maxValue ?? 0);
    }

    /// <inheritdoc/>
    internal override void SyncParameters() => held.Sync();

    /// <inheritdoc/>
    internal override void ForgetParameters() => held.Forget();

    /// <inheritdoc/>
    private protected override void FetchGradients()
    {
        if (hasFetchedGradients) return;
        held.DownloadGradients(HostGradients);
        hasFetchedGradients = true;
    }

    // What a trainer has not brought back yet is not lost with the run, unless the device is.
    void GiveBack()
    {
        try
        {
            held.Sync();
            held.GiveMomentsBack();
        }
        catch (CudaException)
        {
            held.Forget();
            held.LoseMoments();
        }
    }
}
