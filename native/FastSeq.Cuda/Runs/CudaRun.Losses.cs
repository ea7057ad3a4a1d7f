namespace FastSeq.Cuda;

/// <content>The loss, on the device where it can be, and the outputs, which come down when somebody reads them.</content>
sealed partial class CudaRun<T, TInput, TTarget>
{
    // None where the processor computes the loss, to which the outputs come down, and whose gradients go up.
    readonly LossRun<T>? loss;
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
    protected override Span<T> OutputGradientRows => outputGradients.Span[..(OutputRowCount * Info.OutputSize)];

    /// <inheritdoc/>
    private protected override WeightedMean EvaluateLoss()
    {
        if (loss is null) return base.EvaluateLoss();
        (WeightedMean mean, metric) = loss.Read();
        return mean;
    }

    /// <inheritdoc/>
    private protected override WeightedMean EvaluateMetric() => loss is null ? base.EvaluateMetric() : metric;

    /// <summary>The gradients by the outputs lie where backward begins, or go there.</summary>
    void BeginBackward()
    {
        foreach (LayerRun layer in layers)
        {
            layer.ForgetGradient();
        }

        if (!Last.Learns) return;
        Last.AddsToGradient();
        if (loss is null) context.Queue.Upload<T>(OutputGradientRows, Last.Gradient);
    }
}
