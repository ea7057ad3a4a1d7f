namespace FastSeq.Tests.Models;

// Masks of sequences, of weights, of tokens, and units that keep their state.

[SequenceModel]
[Embedding(30, 12, Dropout = 0.3f)]
[Lstm(33, WeightDrop = 0.4f, CellZoneout = 0.2f, LearnInitialState = true)]
[Dropout(0.25f, Variational = true)]
[Residual]
[Gru(8, Layers = 2, Direction = Direction.Bidirectional, InputDropout = 0.2f, RecurrentDropout = 0.3f, Dropout = 0.1f, Zoneout = 0.15f)]
[LastStep]
[Dropout(0.5f)]
[Linear(5)]
[CrossEntropy]
public sealed partial class RegularizedText;

[SequenceModel]
[Input(5)]
[Lstm(20, Layers = 2, Zoneout = 0.1f, CellZoneout = 0.3f, RecurrentDropout = 0.25f, InputDropout = 0.2f)]
[Dropout(0.5f, Variational = true)]
[Gru(17, Reset = GruReset.BeforeProduct, RecurrentDropout = 0.4f, WeightDrop = 0.3f, Zoneout = 0.2f)]
[Rnn(9, Zoneout = 0.3f, WeightDrop = 0.2f, Bias = false)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class RegularizedStream;

[SequenceModel(Precision = Precision.Double)]
[Embedding(20, 6, Dropout = 0.25f)]
[Dropout(0.25f, Variational = true)]
[Rnn(7, Direction = Direction.Reverse, RecurrentDropout = 0.5f, Zoneout = 0.1f)]
[Lstm(13, ProjectionSize = 5, Peepholes = true, RecurrentDropout = 0.3f, WeightDrop = 0.3f, CellZoneout = 0.25f, InputDropout = 0.1f)]
[Gru(8, Frozen = true, RecurrentDropout = 0.2f, WeightDrop = 0.1f, Zoneout = 0.1f)]
[MeanSquaredError]
public sealed partial class RegularizedDouble;

[SequenceModel]
[Embedding(30, 12, Dropout = 0.5f, Frozen = true)]
[Rnn(24, Zoneout = 0.5f, RecurrentDropout = 0.2f, WeightDrop = 0.1f, Frozen = true)]
[Lstm(7, Coupled = true, Zoneout = 0.2f, WeightDrop = 0.5f)]
[MeanOverTime]
[Linear(3)]
[CrossEntropy]
public sealed partial class RegularizedFrozen;
