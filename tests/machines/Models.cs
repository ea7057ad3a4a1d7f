namespace FastSeq.Tests.Machines;

// One model of each kind of emitted code: cells in registers and cells in panels, full and narrow; a batch's tiles; both precisions; each weight format.

[SequenceModel]
[Input(10)]
[Lstm(20)]
[MeanSquaredError]
public sealed partial class Lstm10To20;

[SequenceModel]
[Input(10)]
[Gru(20)]
[LastStep]
[Linear(3)]
[MeanSquaredError]
public sealed partial class Gru10To20;

[SequenceModel]
[Input(10)]
[Gru(20, Reset = GruReset.BeforeProduct)]
[Linear(3)]
[Sigmoid]
[MeanSquaredError]
public sealed partial class TextbookGru10To20;

[SequenceModel]
[Input(10)]
[Rnn(20)]
[Linear(5)]
[CrossEntropy]
public sealed partial class Rnn10To20Linear5;

[SequenceModel]
[Embedding(30, 12)]
[Lstm(20, Layers = 2)]
[Linear(4)]
[CrossEntropy]
public sealed partial class TokensLstm20Twice;

// Weights of more than the first-level cache: StepMany goes through blocks of streams.
[SequenceModel]
[Input(33)]
[Lstm(70, Layers = 2)]
[Linear(3)]
[MeanSquaredError]
public sealed partial class Lstm33To70Twice;

[SequenceModel(Precision = Precision.Double)]
[Input(10)]
[Lstm(20)]
[Gru(17)]
[Linear(3)]
[MeanSquaredError]
public sealed partial class LstmGruDouble;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(10)]
[Lstm(20)]
[Gru(33)]
[Linear(3)]
[MeanSquaredError]
public sealed partial class LstmGruBFloat16;

[SequenceModel(Weights = WeightFormat.Int8)]
[Input(10)]
[Lstm(20)]
[Gru(33, Reset = GruReset.BeforeProduct)]
[Linear(3)]
[MeanSquaredError]
public sealed partial class LstmGruInt8;

[SequenceModel(Weights = WeightFormat.Int8)]
[Embedding(30, 12)]
[Rnn(70)]
[LastStep]
[Linear(4)]
[CrossEntropy]
public sealed partial class TokensRnnInt8;
