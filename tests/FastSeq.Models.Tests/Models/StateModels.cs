namespace FastSeq.Tests.Models;

// Learned initial states: of every cell, of stacks and of both directions.

[SequenceModel]
[Input(5)]
[Lstm(17, Layers = 2, LearnInitialState = true)]
[Gru(20)]
[LastStep]
[Linear(3)]
[MeanSquaredError]
public sealed partial class LearnedLstm;

[SequenceModel(Precision = Precision.Double)]
[Embedding(vocabulary: 12, size: 5)]
[Gru(7, Reset = GruReset.BeforeProduct, LearnInitialState = true)]
[Rnn(33, LearnInitialState = true, Direction = Direction.Bidirectional, Merge = Merge.Sum)]
[Lstm(16, LearnInitialState = true, Direction = Direction.Reverse)]
[Linear(4)]
[CrossEntropy]
public sealed partial class LearnedEverywhereDouble;
