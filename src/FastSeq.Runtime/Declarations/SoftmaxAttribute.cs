namespace FastSeq;

/// <summary>The softmax over the features of each row: <c>y_j = exp(x_j) / Σ_k exp(x_k)</c>. <see cref="CrossEntropyAttribute"/> applies its own.</summary>
public sealed class SoftmaxAttribute : LayerAttribute;
