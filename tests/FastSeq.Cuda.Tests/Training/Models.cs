namespace FastSeq.Cuda.Tests.Training;

/// <summary>Numbers in, one number a sequence out; vectors of normalisations and biases that may be left out of the decay.</summary>
[SequenceModel]
[Input(3)]
[Lstm(9, Layers = 2, Dropout = 0.1f)]
[LayerNorm]
[LastStep]
[Linear(1)]
[MeanSquaredError]
public sealed partial class Meter;

/// <summary>Tokens in, a class for every time step out; in double. Its table is larger than a block of the norm.</summary>
[SequenceModel(Precision = Precision.Double)]
[Embedding(3000, 5)]
[Gru(7)]
[Linear(4)]
[CrossEntropy]
public sealed partial class Tagger;

/// <summary>Layers that do not learn, between others.</summary>
[SequenceModel]
[Embedding(20, 6)]
[Rnn(9, Frozen = true)]
[LayerNorm(Frozen = true)]
[Gru(5, LearnInitialState = true)]
[LastStep]
[Linear(3)]
[CrossEntropy]
public sealed partial class Adapted;
