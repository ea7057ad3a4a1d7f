namespace FastSeq.Cli.Forecasting;

// The shapes that the program was compiled with. Each has 8 input slots: the target, then up to 7 other columns or lags; slots that a file does not use are 0.

/// <summary>Foretells the next value of a series, with 32 units.</summary>
[SequenceModel]
[Input(InputLayout.Slots)]
[Lstm(32)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
sealed partial class Forecaster32;

/// <summary>Foretells the next value of a series, with 64 units.</summary>
[SequenceModel]
[Input(InputLayout.Slots)]
[Lstm(64)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
sealed partial class Forecaster64;

/// <summary>Foretells the next value of a series, with 128 units.</summary>
[SequenceModel]
[Input(InputLayout.Slots)]
[Lstm(128)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
sealed partial class Forecaster128;
