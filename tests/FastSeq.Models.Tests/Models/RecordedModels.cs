namespace FastSeq.Tests.Models;

// Cases of record.py.

[SequenceModel]
[Input(5)]
[Lstm(7, Layers = 2, Bias = false)]
[Linear(2, Bias = false)]
[MeanSquaredError]
public sealed partial class LstmWithoutBiases;

[SequenceModel]
[Input(5)]
[Gru(7, Bias = false)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class GruWithoutBiases;

[SequenceModel]
[Input(5)]
[Lstm(7, Coupled = true)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class LstmCoupled;

[SequenceModel]
[Input(5)]
[Lstm(7, CellClip = 0.25f, InputClip = 0.75f)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class LstmClipped;

[SequenceModel]
[Input(5)]
[Lstm(7, GateActivation = RnnActivation.Softplus, CellActivation = RnnActivation.Softsign, OutputActivation = RnnActivation.ScaledTanh, OutputAlpha = 1.5f, OutputBeta = 0.75f)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class LstmFunctions;

[SequenceModel]
[Input(5)]
[Lstm(7, Peepholes = true)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class LstmPeepholes;

[SequenceModel]
[Input(5)]
[Lstm(17, Layers = 2, ProjectionSize = 3)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class LstmProjected;

[SequenceModel]
[Embedding(13, 6, Name = "table")]
[Gru(9, Frozen = true)]
[Linear(6)]
[Tanh]
[Linear(13, Tied = true)]
[CrossEntropy]
public sealed partial class RecordedTied;

[SequenceModel]
[Input(5)]
[Lstm(7, Layers = 2, LearnInitialState = true)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class RecordedStates;

[SequenceModel]
[Input(5)]
[Gru(4, Direction = Direction.Bidirectional, Merge = Merge.Sum)]
[Rnn(4, Direction = Direction.Bidirectional, Merge = Merge.Mean)]
[Lstm(4, Direction = Direction.Bidirectional, Merge = Merge.Product)]
[Gru(4, Direction = Direction.Reverse)]
[Skip("input", Merge = Merge.Mean)]
[Linear(3)]
[MeanSquaredError]
public sealed partial class RecordedMerges;

// Cases of record_masks.py.

[SequenceModel(Precision = Precision.Double)]
[Embedding(11, 6, Dropout = 0.25f)]
[Dropout(0.25f, Variational = true)]
[Lstm(9, InputDropout = 0.2f, RecurrentDropout = 0.3f, WeightDrop = 0.4f, Zoneout = 0.15f, CellZoneout = 0.35f)]
[Dropout(0.5f)]
[Linear(3)]
[CrossEntropy]
public sealed partial class RecordedLstmMasks;

[SequenceModel(Precision = Precision.Double)]
[Input(5)]
[Gru(9, Layers = 2, Direction = Direction.Bidirectional, Dropout = 0.1f, InputDropout = 0.2f, RecurrentDropout = 0.3f, WeightDrop = 0.4f, Zoneout = 0.15f)]
[Dropout(0.25f, Variational = true)]
[LastStep]
[Linear(2)]
[MeanSquaredError]
public sealed partial class RecordedGruMasks;

[SequenceModel(Precision = Precision.Double)]
[Input(5)]
[Gru(9, Reset = GruReset.BeforeProduct, RecurrentDropout = 0.3f, WeightDrop = 0.4f, Zoneout = 0.15f)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class RecordedGruBeforeMasks;
