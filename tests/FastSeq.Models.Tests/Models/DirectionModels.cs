namespace FastSeq.Tests.Models;

// Both directions, every merge, stacks of them, and layers of one direction below and above.

[SequenceModel]
[Input(5)]
[Lstm(17, Layers = 2, Direction = Direction.Bidirectional)]
[Linear(3)]
[MeanSquaredError]
public sealed partial class BiLstm;

[SequenceModel(Precision = Precision.Double)]
[Input(5)]
[Lstm(17, Layers = 2, Direction = Direction.Bidirectional)]
[Linear(3)]
[MeanSquaredError]
public sealed partial class BiLstmDouble;

[SequenceModel(Precision = Precision.Double)]
[Input(3)]
[Lstm(20, Layers = 3, Dropout = 0.25f, Direction = Direction.Bidirectional, Merge = Merge.Sum)]
[LastStep]
[Linear(3)]
[MeanSquaredError]
public sealed partial class BiLstmSumDouble;

[SequenceModel]
[Embedding(vocabulary: 11, size: 7)]
[Gru(33, Direction = Direction.Reverse)]
[LastStep]
[Linear(4)]
[CrossEntropy]
public sealed partial class ReverseGru;

[SequenceModel(Precision = Precision.Double)]
[Input(3)]
[Rnn(7, Direction = Direction.Bidirectional, Merge = Merge.Product)]
[Gru(16, Reset = GruReset.BeforeProduct, Direction = Direction.Bidirectional, Merge = Merge.Mean)]
[Lstm(1, Direction = Direction.Bidirectional)]
[Rnn(3, Activation = RnnActivation.Relu, Layers = 2, Direction = Direction.Reverse)]
[MeanSquaredError]
public sealed partial class EveryDirectionDouble;

[SequenceModel]
[Embedding(vocabulary: 60, size: 20)]
[Rnn(5)]
[Lstm(100, Direction = Direction.Bidirectional)]
[Dropout(0.5f)]
[Gru(9)]
[Linear(7)]
[CrossEntropy]
public sealed partial class BiTagger;

[SequenceModel]
[Embedding(vocabulary: 60, size: 4)]
[Gru(15, Direction = Direction.Bidirectional)]
[Linear(7)]
[CrossEntropy]
public sealed partial class BiGru;

[SequenceModel(Precision = Precision.Double)]
[Embedding(vocabulary: 60, size: 4)]
[Gru(15, Direction = Direction.Bidirectional)]
[Linear(7)]
[CrossEntropy]
public sealed partial class BiGruDouble;
