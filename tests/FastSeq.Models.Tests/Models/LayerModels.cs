namespace FastSeq.Tests.Models;

// Layers that are no cells: pointwise ones anywhere, normalisation, pooling over time, convolutions; sizes that fill no register.

[SequenceModel]
[Input(7)]
[Gelu]
[LayerNorm]
[Lstm(20)]
[Relu]
[Dropout(0.2f)]
[Linear(9)]
[Gelu(Approximate = GeluApproximation.Tanh)]
[MeanOverTime]
[LayerNorm(Bias = false)]
[Linear(5)]
[Softmax]
[MeanSquaredError]
public sealed partial class PointwiseStack;

[SequenceModel(Precision = Precision.Double)]
[Embedding(11, 9)]
[Gelu(Approximate = GeluApproximation.Tanh)]
[Gru(13, Reset = GruReset.BeforeProduct)]
[LayerNorm(Epsilon = 1e-3, Name = "norm")]
[Tanh]
[Rnn(6)]
[Sigmoid]
[Sigmoid]
[Gelu]
[Softmax]
[MeanSquaredError]
public sealed partial class PointwiseStackDouble;

[SequenceModel]
[Embedding(10, 6)]
[Conv1d(37, 3)]
[Relu]
[Gru(21)]
[AttentionPooling]
[Linear(3)]
[CrossEntropy]
public sealed partial class AttentionPooled;

[SequenceModel(Precision = Precision.Double)]
[Input(6)]
[Lstm(10, Direction = Direction.Bidirectional)]
[AttentionPooling(Name = "attention")]
[Relu]
[MeanSquaredError]
public sealed partial class AttentionPooledDouble;

[SequenceModel]
[Input(3)]
[Conv1d(130, 2, Dilation = 3)]
[Gelu]
[Lstm(70)]
[Conv1d(8, 5)]
[MeanSquaredError]
public sealed partial class Convolutions;

[SequenceModel(Precision = Precision.Double)]
[Input(5)]
[Conv1d(7, 1)]
[Tanh]
[Conv1d(9, 4, Dilation = 2)]
[Dropout(0.25f)]
[Gru(8)]
[LayerNorm]
[Conv1d(3, 2)]
[Relu]
[LastStep]
[MeanSquaredError]
public sealed partial class ConvolutionsDouble;

// What PyTorch recorded: record.py.

[SequenceModel]
[Input(6)]
[Conv1d(9, 3, Dilation = 2)]
[Gelu]
[Gru(11)]
[LayerNorm]
[Gelu(Approximate = GeluApproximation.Tanh)]
[AttentionPooling]
[Softmax]
[Linear(4)]
[MeanSquaredError]
public sealed partial class AttentionChain;

[SequenceModel(Precision = Precision.Double)]
[Input(6)]
[Conv1d(9, 3, Dilation = 2)]
[Gelu]
[Gru(11)]
[LayerNorm]
[Gelu(Approximate = GeluApproximation.Tanh)]
[AttentionPooling]
[Softmax]
[Linear(4)]
[MeanSquaredError]
public sealed partial class AttentionChainDouble;

[SequenceModel]
[Input(5)]
[Lstm(13)]
[Relu]
[MeanOverTime]
[Linear(3)]
[MeanSquaredError]
public sealed partial class MeanChain;

[SequenceModel(Precision = Precision.Double)]
[Input(5)]
[Lstm(13)]
[Relu]
[MeanOverTime]
[Linear(3)]
[MeanSquaredError]
public sealed partial class MeanChainDouble;

[SequenceModel]
[Input(5)]
[Conv1d(10, 4)]
[Lstm(13)]
[MaxOverTime]
[Linear(3)]
[MeanSquaredError]
public sealed partial class MaxChain;

[SequenceModel(Precision = Precision.Double)]
[Input(5)]
[Conv1d(10, 4)]
[Lstm(13)]
[MaxOverTime]
[Linear(3)]
[MeanSquaredError]
public sealed partial class MaxChainDouble;
