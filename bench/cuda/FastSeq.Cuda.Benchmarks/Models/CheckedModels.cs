namespace FastSeq.Cuda.Benchmarks.Models;

// Every cell, in sizes that fill no block and no vector.

[SequenceModel]
[Input(3)]
[Lstm(17, Layers = 2, Dropout = 0.2f)]
[Linear(5)]
[MeanSquaredError]
sealed partial class PlainLstm;

[SequenceModel]
[Input(3)]
[Lstm(19, Peepholes = true, ForgetBias = 1, CellClip = 2)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
sealed partial class PeepholeLstm;

[SequenceModel]
[Input(7)]
[Lstm(21, Coupled = true, LearnInitialState = true)]
[Linear(2)]
[MeanAbsoluteError]
sealed partial class CoupledLstm;

[SequenceModel]
[Input(5)]
[Lstm(33, ProjectionSize = 9, Layers = 2)]
[Linear(3)]
[Huber]
sealed partial class ProjectedLstm;

[SequenceModel]
[Input(5)]
[Lstm(37, LayerNorm = true)]
[Linear(3)]
[MeanSquaredError]
sealed partial class NormalizedLstm;

[SequenceModel]
[Input(5)]
[Lstm(13, Zoneout = 0.1f, CellZoneout = 0.2f, RecurrentDropout = 0.1f)]
[Linear(3)]
[MeanSquaredError]
sealed partial class DroppedLstm;

[SequenceModel]
[Embedding(50, 11)]
[Gru(23, Layers = 2)]
[Linear(7)]
[CrossEntropy]
sealed partial class PlainGru;

[SequenceModel(Precision = Precision.Double)]
[Input(4)]
[Gru(15, Reset = GruReset.BeforeProduct)]
[Linear(3)]
[MeanSquaredError]
sealed partial class TextbookGru;

[SequenceModel]
[Input(5)]
[Gru(29, LayerNorm = true)]
[LastStep]
[Linear(3)]
[CrossEntropy]
sealed partial class NormalizedGru;

[SequenceModel]
[Input(5)]
[Gru(9, Direction = Direction.Bidirectional, WeightDrop = 0.3f)]
[Linear(2)]
[MeanSquaredError]
sealed partial class BothWaysGru;

[SequenceModel]
[Input(5)]
[Rnn(27)]
[Linear(2)]
[MeanSquaredError]
sealed partial class TanhRnn;

[SequenceModel]
[Input(5)]
[Rnn(25, Activation = RnnActivation.Relu)]
[Linear(2)]
[MeanSquaredError]
sealed partial class ReluRnn;

[SequenceModel]
[Input(5)]
[Conv1d(12, 3)]
[Relu]
[Gru(18)]
[AttentionPooling]
[Linear(4)]
[CrossEntropy]
sealed partial class ConvolvedGru;

[SequenceModel]
[Input(6)]
[Rnn(14)]
[LayerNorm]
[Residual]
[Lstm(14)]
[Dropout(0.1f)]
[Linear(9)]
[Ctc]
sealed partial class Speller;

[SequenceModel]
[Input(3)]
[Embedding(20, 6, Column = 1)]
[Lstm(257)]
[LastStep]
[Linear(10)]
[CrossEntropy]
sealed partial class WideLstm;
