namespace FastSeq;

/// <summary>The mean of the rows of each sequence over its own time steps; one row a sequence is left. The mean of an empty sequence is zero.</summary>
/// <remarks><c>Step</c> gives the mean of the rows so far.</remarks>
public sealed class MeanOverTimeAttribute : LayerAttribute;
