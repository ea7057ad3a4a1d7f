namespace FastSeq.Tests.Models;

// The sizes of the ONNX project's node tests (OnnxNodeTests).

[SequenceModel]
[Input(2)]
[Rnn(4)]
[MeanSquaredError]
public sealed partial class NodeRnn2x4;

[SequenceModel]
[Input(3)]
[Rnn(5)]
[MeanSquaredError]
public sealed partial class NodeRnn3x5;

[SequenceModel]
[Input(2)]
[Gru(5, Reset = GruReset.BeforeProduct)]
[MeanSquaredError]
public sealed partial class NodeGru2x5;

[SequenceModel]
[Input(3)]
[Gru(3, Reset = GruReset.BeforeProduct)]
[MeanSquaredError]
public sealed partial class NodeGru3x3;

[SequenceModel]
[Input(2)]
[Gru(6, Reset = GruReset.BeforeProduct)]
[MeanSquaredError]
public sealed partial class NodeGru2x6;

[SequenceModel]
[Input(3)]
[Gru(5, Reset = GruReset.BeforeProduct)]
[MeanSquaredError]
public sealed partial class NodeGru3x5;

[SequenceModel]
[Input(2)]
[Lstm(3)]
[MeanSquaredError]
public sealed partial class NodeLstm2x3;

[SequenceModel]
[Input(3)]
[Lstm(4)]
[MeanSquaredError]
public sealed partial class NodeLstm3x4;

[SequenceModel]
[Input(2)]
[Lstm(7)]
[MeanSquaredError]
public sealed partial class NodeLstm2x7;

[SequenceModel]
[Input(4)]
[Lstm(3, Peepholes = true)]
[MeanSquaredError]
public sealed partial class NodeLstmPeepholes;

// KerasConventionTests.

[SequenceModel(Precision = Precision.Double)]
[Input(3)]
[Gru(4)]
[MeanSquaredError]
public sealed partial class KerasGruResetAfter;

[SequenceModel(Precision = Precision.Double)]
[Input(3)]
[Gru(4, Reset = GruReset.BeforeProduct)]
[MeanSquaredError]
public sealed partial class KerasGruResetBefore;

[SequenceModel(Precision = Precision.Double)]
[Input(3)]
[Rnn(4)]
[MeanSquaredError]
public sealed partial class KerasSimpleRnn;

[SequenceModel(Precision = Precision.Double)]
[Input(3)]
[Lstm(4, ForgetBias = 1)]
[MeanSquaredError]
public sealed partial class KerasLstm;

[SequenceModel(Precision = Precision.Double)]
[Input(3)]
[Lstm(4, Direction = Direction.Reverse)]
[MeanSquaredError]
public sealed partial class KerasGoBackwards;
