namespace FastSeq.Tests.Quantized;

// Residual and skip connections, whose projections are packed like any product.

[SequenceModel(Weights = WeightFormat.Int8)]
[Input(6)]
[Residual]
[Lstm(18, Layers = 2)]
[Skip("input", Merge = Merge.Concat)]
[Linear(9)]
[Tanh]
[Skip("lstm", Merge = Merge.Mean)]
[Residual]
[Linear(7)]
[MeanSquaredError]
public sealed partial class ResidualsInt8;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Embedding(12, 9)]
[Gru(19)]
[Residual]
[Conv1d(19, 3)]
[Relu]
[Skip("embedding", Merge = Merge.Product)]
[LastStep]
[Linear(5)]
[MeanSquaredError]
public sealed partial class SkipsBFloat16;

[SequenceModel(Weights = WeightFormat.Int8)]
[Input(6)]
[Embedding(9, 5, Column = 2)]
[Embedding(4, 3, Column = 0)]
[Lstm(18)]
[Linear(7)]
[MeanSquaredError]
public sealed partial class ColumnsInt8;
