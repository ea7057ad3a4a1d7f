namespace FastSeq.Tests.Quantized;

// Input sums looked up by token: below dropout; with an activation; of a projection, beside rows of the embedding themselves.

[SequenceModel(Weights = WeightFormat.Int8)]
[Embedding(29, 6)]
[Dropout(0.5f)]
[Lstm(20, Layers = 2)]
[LastStep]
[Linear(3)]
[MeanSquaredError]
public sealed partial class TableInt8;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Embedding(12, 9)]
[Linear(21)]
[Tanh]
[Gru(17)]
[Skip("embedding")]
[Skip("embedding", Merge = Merge.Concat)]
[Linear(3)]
[MeanSquaredError]
public sealed partial class TablesBFloat16;

// Each twice: with a vocabulary whose sums are looked up, and with one of too many tokens.

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Embedding(20, 6)]
[Lstm(36)]
[MeanSquaredError]
public sealed partial class FewTokensBFloat16;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Embedding(7_300, 6)]
[Lstm(36)]
[MeanSquaredError]
public sealed partial class ManyTokensBFloat16;

[SequenceModel(Weights = WeightFormat.Int8)]
[Embedding(20, 6)]
[Gru(20, Reset = GruReset.BeforeProduct)]
[MeanSquaredError]
public sealed partial class FewTokensInt8;

[SequenceModel(Weights = WeightFormat.Int8)]
[Embedding(17_500, 6)]
[Gru(20, Reset = GruReset.BeforeProduct)]
[MeanSquaredError]
public sealed partial class ManyTokensInt8;
