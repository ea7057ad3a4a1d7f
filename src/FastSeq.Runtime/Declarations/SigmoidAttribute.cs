namespace FastSeq;

/// <summary>An activation, element by element: 1 / (1 + exp(-x)).</summary>
public sealed class SigmoidAttribute : LayerAttribute;
