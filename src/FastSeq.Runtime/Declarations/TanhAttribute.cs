namespace FastSeq;

/// <summary>An activation after a <see cref="LinearAttribute"/>: The hyperbolic tangent.</summary>
public sealed class TanhAttribute : LayerAttribute;
