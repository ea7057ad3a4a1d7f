namespace FastSeq.Cuda;

/// <content>The loss, and the outputs, which come down when somebody reads them.</content>
sealed partial class CudaRun<T, TInput, TTarget>
{
    readonly LossRun<T> loss;
    WeightedMean metric;
    bool hasFetchedOutputs;

    /// <inheritdoc/>
    protected override Span<T> OutputRows
    {
        get
        {
            Span<T> rows = outputs.Span[..(OutputRowCount * Info.OutputSize)];
            if (!hasFetchedOutputs)
            {
                context.Queue.Download(Last.Output, rows);
                hasFetchedOutputs = true;
            }

            return rows;
        }
    }

    /// <inheritdoc/>
    protected override Span<T> OutputGradientRows => throw new InvalidOperationException("The gradients by the outputs are on the device.");

    /// <inheritdoc/>
    private protected override WeightedMean EvaluateLoss()
    {
        (WeightedMean mean, metric) = loss.Read();
        return mean;
    }

    /// <inheritdoc/>
    private protected override WeightedMean EvaluateMetric() => metric;

    /// <summary>The gradients by the outputs lie where backward begins.</summary>
    void BeginBackward()
    {
        foreach (LayerRun layer in layers)
        {
            layer.ForgetGradient();
        }

        if (Last.Learns) Last.AddsToGradient();
    }
}
