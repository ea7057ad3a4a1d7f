namespace FastSeq;

/// <summary>Where one gate of a PyTorch weight lies in memory: in a region of panels that holds several gates side by side.</summary>
/// <param name="Offset">The first element of the region in the flat buffer.</param>
/// <param name="Gates">How many gates the region holds.</param>
/// <param name="Position">Which of them this one is, from 0.</param>
public readonly record struct GateRegion(int Offset, int Gates, int Position);
