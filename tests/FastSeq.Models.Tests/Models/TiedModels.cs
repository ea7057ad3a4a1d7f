namespace FastSeq.Tests.Models;

// The table of the embedding is the weight of the output layer: whole panels with a narrow one behind, and a narrow one alone.

[SequenceModel]
[Embedding(70, 12)]
[Gru(20)]
[Linear(12)]
[Linear(70, Tied = true)]
[CrossEntropy]
public sealed partial class TiedLanguageModel;

[SequenceModel(Precision = Precision.Double)]
[Embedding(37, 9)]
[LayerNorm]
[Lstm(9, Layers = 2)]
[Linear(37, Tied = true, Bias = false)]
[Linear(4)]
[CrossEntropy]
public sealed partial class TiedInside;

[SequenceModel]
[Embedding(33, 7)]
[Rnn(7, Direction = Direction.Bidirectional, Merge = Merge.Sum)]
[LastStep]
[Linear(33, Tied = true)]
[Relu]
[Linear(5)]
[CrossEntropy]
public sealed partial class TiedPooled;
