namespace FastSeq;

/// <summary>
/// The cross-entropy of the softmax of the outputs (logits) with a class index, averaged over the targets: <c>-log softmax(y)[class]</c>.
/// Targets are <see cref="int"/> class indices. The formulas with options are PyTorch's, see <see cref="CrossEntropyLoss"/>.
/// </summary>
public sealed class CrossEntropyAttribute : LossAttribute
{
    /// <summary>The value of <see cref="IgnoreIndex"/> that ignores nothing; no class has this number.</summary>
    public const int IgnoreNothing = int.MinValue;

    /// <summary>The share of every target that is spread over all classes, at least 0 and below 1.</summary>
    public float LabelSmoothing { get; set; }

    /// <summary>
    /// The class index of targets that count neither in the loss nor in its mean nor in the accuracy: one outside the classes (-100 is PyTorch's), or one of them.
    /// <see cref="IgnoreNothing"/> (the default) ignores none. A batch of ignored targets alone has a loss of 0 and gradients of 0.
    /// </summary>
    public int IgnoreIndex { get; set; } = IgnoreNothing;

    /// <summary>What the targets of each class count, 0 or more, one number a class; without it all count 1. The mean divides by the sum of the weights of the targets.</summary>
    public float[]? ClassWeights { get; set; }
}
