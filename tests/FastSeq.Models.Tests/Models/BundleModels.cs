namespace FastSeq.Tests.Models;

// Models of a size whose sequences lie bundle by bundle in large batches: every kind of cell and parameter.

[SequenceModel]
[Input(4)]
[Lstm(33, Layers = 2, Direction = Direction.Bidirectional)]
[Linear(3)]
[CrossEntropy]
public sealed partial class BundledBidirectional;

[SequenceModel]
[Input(7)]
[Gru(70, Reset = GruReset.BeforeProduct)]
[Rnn(17)]
[Linear(2)]
[MeanAbsoluteError]
public sealed partial class BundledGruBefore;

[SequenceModel]
[Embedding(11, 8)]
[Lstm(66, Peepholes = true)]
[Linear(5)]
[CrossEntropy]
public sealed partial class BundledPeepholes;

[SequenceModel]
[Input(3)]
[Lstm(70, Layers = 2, ProjectionSize = 20)]
[Linear(2)]
[Tanh]
[Huber]
public sealed partial class BundledProjected;

[SequenceModel]
[Input(6)]
[Gru(80, LearnInitialState = true)]
[LastStep]
[Linear(3)]
[BinaryCrossEntropy]
public sealed partial class BundledLearned;

[SequenceModel(Precision = Precision.Double)]
[Input(5)]
[Lstm(50, Layers = 2, LearnInitialState = true)]
[Linear(4)]
[MeanSquaredError]
public sealed partial class BundledDouble;

[SequenceModel]
[Input(5)]
[Lstm(64, Frozen = true)]
[Lstm(64)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class BundledFrozen;

[SequenceModel]
[Input(4)]
[Rnn(130, Bias = false)]
[Linear(1, Bias = false)]
[MeanSquaredError]
public sealed partial class BundledRnn;
