namespace FastSeq.Cli.Quickstart;

/// <summary>
/// Reads one half-hour a time step and foretells the next 48 of them. The first of the 48 is the forecast one step ahead;
/// asked at midnight, all of them are the forecast of the day ahead.
/// </summary>
[SequenceModel]
[Input(DemandFeatures.InputSize)]
[Gru(32)]
[Dropout(0.2f)]
[Linear(DemandFeatures.Horizon)]
[MeanSquaredError]
sealed partial class DemandForecaster;
