using System.Text;

namespace FastSeq;

/// <summary>What an epoch of training came to.</summary>
public sealed record EpochReport
{
    /// <summary>The epoch, from 1; goes on counting when a trainer trains again.</summary>
    public required int Epoch { get; init; }

    /// <summary>The last epoch that was asked for.</summary>
    public required int Epochs { get; init; }

    /// <summary>The loss that is trained, which decides what the metrics are.</summary>
    public required LossKind LossKind { get; init; }

    /// <summary>The mean training loss over all target rows, each taken when its batch was trained.</summary>
    public required double Loss { get; init; }

    /// <summary>Over the training data: the share of right classes or outputs (accuracy), 0 to 1, the label error rate, or the mean absolute error.</summary>
    public required double Metric { get; init; }

    /// <summary>The loss over the validation data after the epoch, if there are any.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>The metric over the validation data after the epoch, if there are any.</summary>
    public double? ValidationMetric { get; init; }

    /// <summary>The mean norm of the batches' gradients, before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>The learning rate of the last batch.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The training sequences a second, validation not counted.</summary>
    public required double SequencesPerSecond { get; init; }

    /// <summary>How long the epoch took, validation included.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Whether no epoch before had a lower validation loss (training loss, where there are no validation data).</summary>
    public required bool IsBest { get; init; }

    /// <summary>One readable line.</summary>
    public override string ToString()
    {
        var line = new StringBuilder();
        IFormatProvider invariant = System.Globalization.CultureInfo.InvariantCulture;
        int digits = Epochs.ToString(invariant).Length;
        line.Append(invariant, $"epoch {Epoch.ToString(invariant).PadLeft(digits)}/{Epochs}: loss {Loss:0.00000}, {EvaluationReport.MetricText(LossKind, Metric)}");
        if (ValidationLoss is { } loss && ValidationMetric is { } metric)
            line.Append(invariant, $" | validation loss {loss:0.00000}, {EvaluationReport.MetricText(LossKind, metric)}{(IsBest ? " *" : "")}");
        line.Append(invariant, $" | {SequencesPerSecond:N0} sequences/s, gradient norm {GradientNorm:0.000}, learning rate {LearningRate:0.0e+0}");
        return line.ToString();
    }
}
