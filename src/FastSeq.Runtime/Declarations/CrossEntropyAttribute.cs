namespace FastSeq;

/// <summary>
/// The cross-entropy of the softmax of the outputs (logits) with a class index, averaged over the targets: <c>-log softmax(y)[class]</c>.
/// Targets are <see cref="int"/> class indices.
/// </summary>
public sealed class CrossEntropyAttribute : LossAttribute;
