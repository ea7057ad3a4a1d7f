namespace FastSeq.Tests.Models;

// Layer-normalised cells: stacks, both directions, tokens and features, learned states, among other cells, with rows that a residual connection reads, too; sizes with and without whole registers.

[SequenceModel]
[Input(5)]
[Residual]
[Lstm(17, Layers = 2, LayerNorm = true)]
[Gru(16, LayerNorm = true)]
[LastStep]
[Linear(3)]
[MeanSquaredError]
public sealed partial class NormalizedStack;

[SequenceModel(Precision = Precision.Double)]
[Embedding(vocabulary: 12, size: 5)]
[Gru(7, LayerNorm = true, LearnInitialState = true)]
[Lstm(33, LayerNorm = true, Direction = Direction.Bidirectional, Merge = Merge.Sum)]
[Gru(9, LayerNorm = true, Direction = Direction.Reverse)]
[Linear(4)]
[CrossEntropy]
public sealed partial class NormalizedEverywhereDouble;

[SequenceModel]
[Embedding(vocabulary: 20, size: 6)]
[Lstm(20, LayerNorm = true, LearnInitialState = true)]
[Rnn(9)]
[Lstm(1, LayerNorm = true)]
[MeanSquaredError]
public sealed partial class NormalizedAmongOthers;

[SequenceModel(Precision = Precision.Double)]
[Input(3)]
[Lstm(8, LayerNorm = true)]
[Residual]
[Gru(64, LayerNorm = true)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class NormalizedDouble;

// Cases of record.py.

[SequenceModel]
[Input(5)]
[Lstm(7, LayerNorm = true)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class LstmNormalized;

[SequenceModel]
[Input(5)]
[Gru(7, LayerNorm = true)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class GruNormalized;
