namespace FastSeq;

/// <summary>What a window of time steps is to the sequences that it was cut from.</summary>
/// <param name="Begins">Whether sequences begin with the rest state; otherwise with given states.</param>
/// <param name="FirstLossStep">The time step of the window from which on the loss counts.</param>
/// <param name="StatesAfter">The state after so many time steps of the window is taken out; after the last of a sequence that has fewer.</param>
readonly record struct SequenceWindow(bool Begins, int FirstLossStep, int StatesAfter);
