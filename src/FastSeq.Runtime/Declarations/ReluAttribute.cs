namespace FastSeq;

/// <summary>An activation, element by element: max(0, x).</summary>
public sealed class ReluAttribute : LayerAttribute;
