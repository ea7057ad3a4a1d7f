namespace FastSeq.Cuda.Tests.Choice;

/// <summary>Labels of whole sequences.</summary>
[SequenceModel]
[Input(2)]
[Gru(5)]
[Linear(4)]
[Ctc]
public sealed partial class Speller;

/// <summary>Probabilities.</summary>
[SequenceModel]
[Input(2)]
[Rnn(5)]
[LastStep]
[Linear(2)]
[BinaryCrossEntropy]
public sealed partial class Switch;

/// <summary>Fewer targets than outputs.</summary>
[SequenceModel]
[Input(2)]
[Gru(5)]
[Linear(3)]
[Quantile(0.1f, 0.5f, 0.9f)]
public sealed partial class Range;

/// <summary>A class that does not count, the only one there is.</summary>
[SequenceModel]
[Input(2)]
[Gru(5)]
[Linear(2)]
[CrossEntropy(IgnoreIndex = 0)]
public sealed partial class Ignorant;

/// <summary>A feature that is a token.</summary>
[SequenceModel]
[Input(3)]
[Embedding(7, 4, Column = 1)]
[Lstm(5)]
[Linear(1)]
[MeanSquaredError]
public sealed partial class Mixed;

/// <summary>No output of fewer than five time steps.</summary>
[SequenceModel]
[Input(2)]
[Conv1d(4, 5, Stride = 2, Padding = Padding.Valid)]
[Gru(5)]
[Linear(1)]
[MeanSquaredError]
public sealed partial class Strided;
