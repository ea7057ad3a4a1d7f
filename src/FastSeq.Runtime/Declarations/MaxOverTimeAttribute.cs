namespace FastSeq;

/// <summary>
/// The maximum of the rows of each sequence over its own time steps, number by number; one row a sequence is left. The maximum of an empty sequence is zero. The first of
/// equal maxima takes the gradient, as in PyTorch's <c>max</c>.
/// </summary>
/// <remarks><c>Step</c> gives the maximum of the rows so far.</remarks>
public sealed class MaxOverTimeAttribute : LayerAttribute;
