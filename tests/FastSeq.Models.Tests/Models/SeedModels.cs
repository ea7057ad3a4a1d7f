namespace FastSeq.Tests.Models;

// The models that PyTorch recorded (Oracles/record.py), in float and in double.

[SequenceModel]
[Input(10)]
[Rnn(20)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class SimpleRnn;

[SequenceModel(Precision = Precision.Double)]
[Input(10)]
[Rnn(20)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class SimpleRnnDouble;

[SequenceModel]
[Input(10)]
[Rnn(20, Activation = RnnActivation.Relu)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class ReluRnn;

[SequenceModel(Precision = Precision.Double)]
[Input(10)]
[Rnn(20, Activation = RnnActivation.Relu)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class ReluRnnDouble;

[SequenceModel]
[Input(10)]
[Lstm(20)]
[MeanSquaredError]
public sealed partial class LstmOnly;

[SequenceModel(Precision = Precision.Double)]
[Input(10)]
[Lstm(20)]
[MeanSquaredError]
public sealed partial class LstmOnlyDouble;

[SequenceModel]
[Input(10)]
[Gru(20)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class PyTorchGru;

[SequenceModel(Precision = Precision.Double)]
[Input(10)]
[Gru(20)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class PyTorchGruDouble;

[SequenceModel]
[Input(10)]
[Gru(20, Reset = GruReset.BeforeProduct)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class TextbookGru;

[SequenceModel(Precision = Precision.Double)]
[Input(10)]
[Gru(20, Reset = GruReset.BeforeProduct)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class TextbookGruDouble;

[SequenceModel]
[Embedding(vocabulary: 10_000, size: 128)]
[Lstm(256)]
[LastStep]
[Linear(5)]
[CrossEntropy]
public sealed partial class TextClassifier;

[SequenceModel(Precision = Precision.Double)]
[Embedding(vocabulary: 10_000, size: 128)]
[Lstm(256)]
[LastStep]
[Linear(5)]
[CrossEntropy]
public sealed partial class TextClassifierDouble;

[SequenceModel]
[Input(features: 5)]
[Lstm(64, Layers = 2)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
public sealed partial class TimeSeriesPredictor;

[SequenceModel(Precision = Precision.Double)]
[Input(features: 5)]
[Lstm(64, Layers = 2)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
public sealed partial class TimeSeriesPredictorDouble;
