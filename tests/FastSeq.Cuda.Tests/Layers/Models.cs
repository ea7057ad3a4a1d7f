namespace FastSeq.Cuda.Tests.Layers;

[SequenceModel]
[Input(3)]
[Rnn(1)]
[Lstm(3)]
[Gru(7)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class Small;

[SequenceModel]
[Input(3)]
[Lstm(33, Layers = 2, Direction = Direction.Bidirectional)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class BothWays;

[SequenceModel]
[Input(3)]
[Gru(100)]
[Rnn(16, Direction = Direction.Reverse)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class Wide;

[SequenceModel]
[Input(3)]
[Lstm(128, LearnInitialState = true)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class Large;

[SequenceModel]
[Input(3)]
[Lstm(17, Peepholes = true, CellClip = 0.5f, Zoneout = 0.2f, CellZoneout = 0.1f, WeightDrop = 0.2f)]
[Gru(20, Bias = false)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class Various;

[SequenceModel]
[Input(3)]
[Gru(12, Reset = GruReset.BeforeProduct)]
[Lstm(12, ProjectionSize = 5)]
[Lstm(12, RecurrentDropout = 0.2f)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class Unfit;

[SequenceModel(Precision = Precision.Double)]
[Input(3)]
[Lstm(33)]
[Gru(17)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class Exact;
