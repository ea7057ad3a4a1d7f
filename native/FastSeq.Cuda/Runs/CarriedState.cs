namespace FastSeq.Cuda;

/// <summary>One value that a layer carries from one time step to the next.</summary>
/// <param name="Place">Where it lies in a state.</param>
/// <param name="Size">Its numbers.</param>
/// <param name="Level">How the rows of its layer lie.</param>
/// <param name="Rows">Its history, which begins with the initial states: [B + rows, size]; where it is overwritten in place, [B, size].</param>
/// <param name="Gradient">The gradients by it: [B, size]; nowhere where it counts as a constant.</param>
/// <param name="IsInPlace">Whether it is overwritten in place.</param>
readonly record struct CarriedState(int Place, int Size, LevelRows Level, DevicePointer Rows, DevicePointer Gradient, bool IsInPlace);
