namespace FastSeq;

/// <summary>An activation after a <see cref="LinearAttribute"/>: max(0, x).</summary>
public sealed class ReluAttribute : LayerAttribute;
