namespace FastSeq.Devices;

/// <summary>What training draws: the numbers of <see cref="Kernels.CounterRandom"/>, so that a device draws what the processor does.</summary>
/// <param name="Probability">Of being dropped, or of keeping the previous state.</param>
/// <param name="Stream">Tells the masks of the model apart.</param>
public readonly record struct DeviceMask(float Probability, int Stream);
