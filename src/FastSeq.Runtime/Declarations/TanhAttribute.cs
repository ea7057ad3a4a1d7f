namespace FastSeq;

/// <summary>An activation, element by element: the hyperbolic tangent.</summary>
public sealed class TanhAttribute : LayerAttribute;
