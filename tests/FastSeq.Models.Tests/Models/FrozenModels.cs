namespace FastSeq.Tests.Models;

// Layers that do not learn: below all that does, between, and above.

[SequenceModel]
[Embedding(30, 9, Frozen = true)]
[Lstm(20, Layers = 2, Frozen = true, LearnInitialState = true)]
[Gru(17, Reset = GruReset.BeforeProduct, Frozen = true)]
[LayerNorm(Frozen = true)]
[Linear(12, Frozen = true)]
[Tanh]
[Rnn(7)]
[LastStep]
[Linear(4)]
[CrossEntropy]
public sealed partial class FrozenBelow;

[SequenceModel]
[Embedding(20, 6)]
[Gru(9, Frozen = true, Direction = Direction.Bidirectional)]
[LayerNorm(Frozen = true)]
[Lstm(11, Frozen = true, ProjectionSize = 5, Peepholes = true, LearnInitialState = true)]
[Conv1d(8, 3, Frozen = true)]
[Relu]
[AttentionPooling(Frozen = true)]
[Linear(5, Frozen = true)]
[Tanh]
[Linear(3)]
[MeanSquaredError]
public sealed partial class FrozenBetween;

[SequenceModel(Precision = Precision.Double)]
[Embedding(20, 6, Frozen = true)]
[Lstm(13, Layers = 2)]
[Gru(8, Reset = GruReset.BeforeProduct, Frozen = true)]
[Linear(3, Frozen = true)]
[Sigmoid]
[MeanSquaredError]
public sealed partial class FrozenAbove;
