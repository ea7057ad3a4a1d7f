namespace FastSeq;

/// <summary>An activation after a <see cref="LinearAttribute"/>: 1 / (1 + exp(-x)).</summary>
public sealed class SigmoidAttribute : LayerAttribute;
