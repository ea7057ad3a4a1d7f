namespace FastSeq;

/// <summary>How well a model does on a dataset.</summary>
/// <param name="LossKind">The loss, which decides what <paramref name="Metric"/> is.</param>
/// <param name="Loss">The mean loss over all target rows.</param>
/// <param name="Metric">
/// Cross-entropy: the share of right classes (accuracy), 0 to 1; binary cross-entropy: that of right outputs. CTC: the label error rate of greedy decoding. Others: the mean absolute error (of the quantile nearest to the median).
/// </param>
/// <param name="Sequences">The sequences that were seen.</param>
public readonly record struct EvaluationReport(LossKind LossKind, double Loss, double Metric, int Sequences)
{
    /// <summary>The loss and the metric in words.</summary>
    public override string ToString() => FormattableString.Invariant($"loss {Loss:0.#####}, {MetricText(LossKind, Metric)}");

    internal static string MetricText(LossKind loss, double metric) => loss switch
    {
        LossKind.CrossEntropy or LossKind.BinaryCrossEntropy => FormattableString.Invariant($"accuracy {100 * metric:0.00} %"),
        LossKind.Ctc => FormattableString.Invariant($"label errors {100 * metric:0.00} %"),
        _ => FormattableString.Invariant($"MAE {metric:0.#####}"),
    };
}
