namespace FastSeq;

/// <summary>Keeps the output of the last time step of each sequence; without it the model has an output at every time step.</summary>
/// <remarks>The last output of an empty sequence is the initial (zero) state.</remarks>
public sealed class LastStepAttribute : LayerAttribute;
