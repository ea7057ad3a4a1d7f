namespace FastSeq.Benchmarks;

// The four of the README.

[SequenceModel]
[Embedding(vocabulary: 10_000, size: 128)]
[Lstm(256)]
[LastStep]
[Dropout(0.5f)]
[Linear(5)]
[CrossEntropy]
public sealed partial class TextClassifier;

[SequenceModel]
[Input(features: 5)]
[Lstm(64, Layers = 2)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
public sealed partial class TimeSeriesPredictor;

[SequenceModel]
[Input(10)]
[Rnn(20)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class SimpleRnn;

[SequenceModel]
[Embedding(vocabulary: 64, size: 64)]
[Lstm(256, Layers = 2)]
[Linear(64)]
[CrossEntropy]
public sealed partial class CharLM;

// Streams, and recurrent layers alone: without a head the hidden state is the output.

[SequenceModel]
[Input(10)]
[Lstm(20)]
[MeanSquaredError]
public sealed partial class Lstm10To20;

[SequenceModel]
[Input(10)]
[Gru(20)]
[MeanSquaredError]
public sealed partial class Gru10To20;

[SequenceModel]
[Input(10)]
[Rnn(20)]
[MeanSquaredError]
public sealed partial class Rnn10To20;

[SequenceModel]
[Input(1)]
[Lstm(16)]
[Linear(1)]
[MeanSquaredError]
public sealed partial class Lstm1To16To1;

[SequenceModel]
[Input(64)]
[Lstm(64)]
[MeanSquaredError]
public sealed partial class Lstm64To64;

[SequenceModel]
[Input(128)]
[Lstm(256)]
[MeanSquaredError]
public sealed partial class Lstm128To256;

[SequenceModel]
[Input(128)]
[Gru(256)]
[MeanSquaredError]
public sealed partial class Gru128To256;

[SequenceModel]
[Input(256)]
[Lstm(512)]
[MeanSquaredError]
public sealed partial class Lstm256To512;

[SequenceModel]
[Input(5)]
[Lstm(64, Layers = 2)]
[MeanSquaredError]
public sealed partial class Lstm5To64To64;

// The same with weights in fewer bits.

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Embedding(vocabulary: 10_000, size: 128)]
[Lstm(256)]
[LastStep]
[Dropout(0.5f)]
[Linear(5)]
[CrossEntropy]
public sealed partial class TextClassifierBFloat16;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(64)]
[Lstm(64)]
[MeanSquaredError]
public sealed partial class Lstm64To64BFloat16;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(128)]
[Lstm(256)]
[MeanSquaredError]
public sealed partial class Lstm128To256BFloat16;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(128)]
[Gru(256)]
[MeanSquaredError]
public sealed partial class Gru128To256BFloat16;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(256)]
[Lstm(512)]
[MeanSquaredError]
public sealed partial class Lstm256To512BFloat16;

[SequenceModel(Weights = WeightFormat.Int8)]
[Embedding(vocabulary: 10_000, size: 128)]
[Lstm(256)]
[LastStep]
[Dropout(0.5f)]
[Linear(5)]
[CrossEntropy]
public sealed partial class TextClassifierInt8;

[SequenceModel(Weights = WeightFormat.Int8)]
[Input(64)]
[Lstm(64)]
[MeanSquaredError]
public sealed partial class Lstm64To64Int8;

[SequenceModel(Weights = WeightFormat.Int8)]
[Input(128)]
[Lstm(256)]
[MeanSquaredError]
public sealed partial class Lstm128To256Int8;

[SequenceModel(Weights = WeightFormat.Int8)]
[Input(128)]
[Gru(256)]
[MeanSquaredError]
public sealed partial class Gru128To256Int8;

[SequenceModel(Weights = WeightFormat.Int8)]
[Input(256)]
[Lstm(512)]
[MeanSquaredError]
public sealed partial class Lstm256To512Int8;
