namespace FastSeq.Tests.Training;

/// <summary>Two layers with dropout between, one value a sequence.</summary>
[SequenceModel]
[Input(3)]
[Lstm(20, Layers = 2, Dropout = 0.2f)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
public sealed partial class Forecaster;

/// <summary>Tokens in, a class for every time step out; in double.</summary>
[SequenceModel(Precision = Precision.Double)]
[Embedding(50, 7)]
[Gru(17)]
[Linear(4)]
[CrossEntropy]
public sealed partial class Tagger;

/// <summary>More than 65,536 parameters, so that threads share the update too.</summary>
[SequenceModel]
[Embedding(5_000, 16)]
[Lstm(24)]
[LastStep]
[Dropout(0.3f)]
[Linear(3)]
[CrossEntropy]
public sealed partial class Classifier;
