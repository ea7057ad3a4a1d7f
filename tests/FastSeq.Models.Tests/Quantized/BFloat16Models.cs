namespace FastSeq.Tests.Quantized;

// Odd sizes of every cell, weights in bfloat16.

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(1)]
[Lstm(1)]
[MeanSquaredError]
public sealed partial class BLstm1To1;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(3)]
[Lstm(3)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class BLstm3To3;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(10)]
[Lstm(7)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
public sealed partial class BLstm10To7;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(1)]
[Lstm(15)]
[MeanSquaredError]
public sealed partial class BLstm1To15;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(3)]
[Lstm(16)]
[Linear(1)]
[MeanSquaredError]
public sealed partial class BLstm3To16;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(10)]
[Lstm(17, Layers = 2, Dropout = 0.5f)]
[MeanSquaredError]
public sealed partial class BLstm10To17Twice;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(10)]
[Lstm(20)]
[LastStep]
[Linear(9)]
[Tanh]
[Linear(5)]
[Sigmoid]
[MeanSquaredError]
public sealed partial class BLstm10To20;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(10)]
[Lstm(33)]
[MeanSquaredError]
public sealed partial class BLstm10To33;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Embedding(19, 10)]
[Lstm(100)]
[LastStep]
[Dropout(0.5f)]
[Linear(5)]
[CrossEntropy]
public sealed partial class BLstmTokensTo100;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(3)]
[Lstm(64, Layers = 2)]
[LastStep]
[Linear(70)]
[Relu]
[Linear(3)]
[MeanSquaredError]
public sealed partial class BLstm3To64Twice;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(1)]
[Gru(1)]
[MeanSquaredError]
public sealed partial class BGru1To1;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(10)]
[Gru(7)]
[Linear(130)]
[MeanSquaredError]
public sealed partial class BGru10To7;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(3)]
[Gru(16)]
[MeanSquaredError]
public sealed partial class BGru3To16;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(10)]
[Gru(17, Layers = 2)]
[LastStep]
[MeanSquaredError]
public sealed partial class BGru10To17;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Embedding(7, 3)]
[Gru(33)]
[Linear(7)]
[CrossEntropy]
public sealed partial class BGruTokensTo33;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(3)]
[Gru(100)]
[MeanSquaredError]
public sealed partial class BGru3To100;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(10)]
[Gru(3, Reset = GruReset.BeforeProduct)]
[Linear(1)]
[MeanSquaredError]
public sealed partial class BGruBefore10To3;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(3)]
[Gru(16, Reset = GruReset.BeforeProduct)]
[MeanSquaredError]
public sealed partial class BGruBefore3To16;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(10)]
[Gru(20, Reset = GruReset.BeforeProduct)]
[LastStep]
[MeanSquaredError]
public sealed partial class BGruBefore10To20;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(3)]
[Gru(33, Reset = GruReset.BeforeProduct, Layers = 2)]
[MeanSquaredError]
public sealed partial class BGruBefore3To33;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(3)]
[Rnn(1)]
[MeanSquaredError]
public sealed partial class BRnn3To1;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(10)]
[Rnn(15)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class BRnn10To15;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(1)]
[Rnn(100)]
[LastStep]
[MeanSquaredError]
public sealed partial class BRnn1To100;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(3)]
[Rnn(33, Activation = RnnActivation.Relu)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class BRnnRelu3To33;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(4)]
[Linear(11)]
[Relu]
[Lstm(18)]
[Gru(5, Reset = GruReset.BeforeProduct)]
[Rnn(21)]
[LastStep]
[Linear(2)]
[CrossEntropy]
public sealed partial class BMixedStack;

/// <summary>More than 256 KiB of weights: steps go through them in alternating order.</summary>
[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(3)]
[Lstm(200)]
[MeanSquaredError]
public sealed partial class BLstm3To200;
