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

/// <summary>The same in 16 bits a weight: what it costs in accuracy.</summary>
[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(DemandFeatures.InputSize)]
[Gru(32)]
[Dropout(0.2f)]
[Linear(DemandFeatures.Horizon)]
[MeanSquaredError]
sealed partial class DemandForecasterBFloat16;

/// <summary>The same in 8 bits a weight.</summary>
[SequenceModel(Weights = WeightFormat.Int8)]
[Input(DemandFeatures.InputSize)]
[Gru(32)]
[Dropout(0.2f)]
[Linear(DemandFeatures.Horizon)]
[MeanSquaredError]
sealed partial class DemandForecasterInt8;
