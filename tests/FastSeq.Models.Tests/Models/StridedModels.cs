namespace FastSeq.Tests.Models;

// Convolutions that give another number of time steps than they read, and such that read later ones.

[SequenceModel]
[Input(5)]
[Conv1d(17, 3, Stride = 2)]
[Relu]
[Lstm(20, Layers = 2, Dropout = 0.3f)]
[Dropout(0.2f)]
[Linear(4)]
[CrossEntropy]
public sealed partial class StridedCausal;

[SequenceModel]
[Input(3)]
[Lstm(9, LearnInitialState = true)]
[Conv1d(8, 4, Stride = 3, Dilation = 2, Padding = Padding.Same)]
[Gru(7, Direction = Direction.Bidirectional)]
[Conv1d(5, 2, Padding = Padding.Valid)]
[Tanh]
[Rnn(6, LearnInitialState = true)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class StridedLevels;

[SequenceModel(Precision = Precision.Double)]
[Embedding(11, 6)]
[Conv1d(7, 3, Padding = Padding.Same)]
[Skip("embedding", Merge = Merge.Concat)]
[Gru(9, LayerNorm = true)]
[Conv1d(10, 5, Padding = Padding.Both, PaddingSize = 3)]
[Residual]
[Conv1d(10, 3, Padding = Padding.Both, PaddingSize = 1)]
[Lstm(5, ProjectionSize = 3, RecurrentDropout = 0.2f)]
[Conv1d(4, 3, Stride = 2, Padding = Padding.Both, PaddingSize = 1)]
[LayerNorm]
[MeanOverTime]
[Linear(3)]
[CrossEntropy]
public sealed partial class StridedDouble;

[SequenceModel(Precision = Precision.Double)]
[Input(6)]
[Conv1d(8, 4, Stride = 2, Padding = Padding.Same)]
[Gelu]
[Gru(8, Zoneout = 0.2f)]
[Linear(5)]
[Ctc]
public sealed partial class StridedSpeech;

[SequenceModel]
[Embedding(12, 8)]
[Gru(8)]
[Conv1d(8, 3, Padding = Padding.Valid)]
[Linear(12, Tied = true)]
[CrossEntropy]
public sealed partial class StridedTied;

[SequenceModel]
[Input(4)]
[Conv1d(6, 1, Stride = 2)]
[Gru(5, Zoneout = 0.3f)]
[Conv1d(6, 2, Padding = Padding.Valid)]
[Lstm(4, LearnInitialState = true)]
[MaxOverTime]
[Linear(3)]
[MeanSquaredError]
public sealed partial class StridedPooled;

// A case of record.py.

[SequenceModel(Precision = Precision.Double)]
[Input(5)]
[Conv1d(9, 3, Stride = 2, Padding = Padding.Both, PaddingSize = 1)]
[Relu]
[Gru(7)]
[Conv1d(6, 4, Padding = Padding.Same)]
[Tanh]
[Conv1d(8, 2, Dilation = 2, Padding = Padding.Valid)]
[Linear(3)]
[MeanSquaredError]
public sealed partial class RecordedStrides;

[SequenceModel]
[Input(3)]
[Lstm(6)]
[Conv1d(9, 3, Stride = 2, Dilation = 2)]
[Tanh]
[Gru(7)]
[Conv1d(5, 1, Stride = 3)]
[MeanOverTime]
[Linear(2)]
[MeanSquaredError]
public sealed partial class StridedStream;
