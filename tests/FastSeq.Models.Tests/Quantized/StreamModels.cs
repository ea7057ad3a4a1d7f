namespace FastSeq.Tests.Quantized;

// Streams whose state is read long after it was written: sigmoid(1) = 73 % of a cell stays from step to step.

[SequenceModel]
[Input(10)]
[Lstm(64, Layers = 2, ForgetBias = 1)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class LstmStream;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(10)]
[Lstm(64, Layers = 2, ForgetBias = 1)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class LstmStreamBFloat16;

[SequenceModel(Weights = WeightFormat.Int8)]
[Input(10)]
[Lstm(64, Layers = 2, ForgetBias = 1)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class LstmStreamInt8;

[SequenceModel]
[Input(10)]
[Gru(64)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class GruStream;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(10)]
[Gru(64)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class GruStreamBFloat16;

[SequenceModel(Weights = WeightFormat.Int8)]
[Input(10)]
[Gru(64)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class GruStreamInt8;
