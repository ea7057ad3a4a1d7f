namespace FastSeq.Tests.Models;

// Weights of more than the first-level cache: StepMany works on these in blocks of streams, with matrix products. Odd sizes; two with sums in two chains.

[SequenceModel]
[Input(33)]
[Lstm(70, Layers = 2)]
[Linear(3)]
[MeanSquaredError]
public sealed partial class BlockLstm;

[SequenceModel(Precision = Precision.Double)]
[Input(33)]
[Lstm(70, Layers = 2)]
[Linear(3)]
[MeanSquaredError]
public sealed partial class BlockLstmDouble;

[SequenceModel]
[Input(40)]
[Gru(101)]
[LastStep]
[Linear(70)]
[Tanh]
[Linear(2)]
[MeanSquaredError]
public sealed partial class BlockGru;

[SequenceModel(Precision = Precision.Double)]
[Input(40)]
[Gru(101)]
[LastStep]
[Linear(70)]
[Tanh]
[Linear(2)]
[MeanSquaredError]
public sealed partial class BlockGruDouble;

[SequenceModel]
[Embedding(vocabulary: 50, size: 90)]
[Gru(83, Reset = GruReset.BeforeProduct)]
[MeanSquaredError]
public sealed partial class BlockTextbookGru;

[SequenceModel(Precision = Precision.Double)]
[Embedding(vocabulary: 50, size: 90)]
[Gru(83, Reset = GruReset.BeforeProduct)]
[MeanSquaredError]
public sealed partial class BlockTextbookGruDouble;

[SequenceModel]
[Embedding(vocabulary: 50, size: 30)]
[Rnn(130)]
[Gru(67, Reset = GruReset.BeforeProduct)]
[Linear(5)]
[CrossEntropy]
public sealed partial class BlockRnn;

[SequenceModel(Precision = Precision.Double)]
[Embedding(vocabulary: 50, size: 30)]
[Rnn(130)]
[Gru(67, Reset = GruReset.BeforeProduct)]
[Linear(5)]
[CrossEntropy]
public sealed partial class BlockRnnDouble;

[SequenceModel]
[Input(700)]
[Rnn(19, Activation = RnnActivation.Relu)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class BlockChainedRnn;

[SequenceModel(Precision = Precision.Double)]
[Input(700)]
[Rnn(19, Activation = RnnActivation.Relu)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class BlockChainedRnnDouble;

[SequenceModel]
[Input(600)]
[Lstm(20)]
[MeanSquaredError]
public sealed partial class BlockChainedLstm;

[SequenceModel(Precision = Precision.Double)]
[Input(600)]
[Lstm(20)]
[MeanSquaredError]
public sealed partial class BlockChainedLstmDouble;
