namespace FastSeq.Tests.Quantized.Strides;

// The same parameters: with every output, and with those of a stride or of another padding.

[SequenceModel(Weights = WeightFormat.Int8)]
[Input(9)]
[Gru(20)]
[Conv1d(13, 3, Dilation = 2)]
[Relu]
[Linear(5)]
[MeanSquaredError]
public sealed partial class Every;

[SequenceModel(Weights = WeightFormat.Int8)]
[Input(9)]
[Gru(20)]
[Conv1d(13, 3, Dilation = 2, Stride = 3)]
[Relu]
[Linear(5)]
[MeanSquaredError]
public sealed partial class Third;

[SequenceModel(Weights = WeightFormat.Int8)]
[Input(9)]
[Gru(20)]
[Conv1d(13, 3, Dilation = 2, Stride = 2, Padding = Padding.Valid)]
[Relu]
[Linear(5)]
[MeanSquaredError]
public sealed partial class ValidSecond;
