namespace FastSeq.Tests.Models;

// Dropout wherever a declaration allows it.

[SequenceModel]
[Embedding(50, 12)]
[Lstm(33)]
[LastStep]
[Dropout(0.5f)]
[Linear(5)]
[CrossEntropy]
public sealed partial class DropoutBeforeHead;

[SequenceModel]
[Input(5)]
[Dropout(0.2f)]
[Gru(17, Layers = 3, Dropout = 0.3f)]
[Linear(9)]
[Relu]
[Dropout(0.4f)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class DropoutEverywhere;

[SequenceModel(Precision = Precision.Double)]
[Embedding(20, 6)]
[Dropout(0.25f)]
[Lstm(7, Layers = 2, Dropout = 0.5f)]
[Rnn(9)]
[Dropout(0.1f)]
[MeanSquaredError]
public sealed partial class DropoutEverywhereDouble;
