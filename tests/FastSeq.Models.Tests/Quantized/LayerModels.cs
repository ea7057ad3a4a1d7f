namespace FastSeq.Tests.Quantized;

// Layers that are no products between those that are: their parameters stay as they were trained.

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Embedding(12, 9)]
[LayerNorm]
[Conv1d(21, 3)]
[Gelu]
[Gru(19)]
[Gelu(Approximate = GeluApproximation.Tanh)]
[AttentionPooling]
[Linear(5)]
[Softmax]
[MeanSquaredError]
public sealed partial class LayersBFloat16;

[SequenceModel(Weights = WeightFormat.Int8)]
[Input(6)]
[Lstm(18)]
[LayerNorm(Bias = false)]
[Conv1d(9, 2, Dilation = 2)]
[Tanh]
[Relu]
[Linear(7)]
[MaxOverTime]
[MeanSquaredError]
public sealed partial class LayersInt8;

[SequenceModel(Weights = WeightFormat.Int8)]
[Input(4)]
[Conv1d(5, 4)]
[Gru(10)]
[MeanOverTime]
[Linear(3)]
[MeanSquaredError]
public sealed partial class PooledInt8;
