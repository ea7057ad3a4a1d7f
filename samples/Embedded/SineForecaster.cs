namespace FastSeq.Samples;

/// <summary>Predicts the next value of a signal from a stream of values.</summary>
[SequenceModel]
[Input(features: 1)]
[Lstm(16)]
[Linear(1)]
[MeanSquaredError]
public sealed partial class SineForecaster;
