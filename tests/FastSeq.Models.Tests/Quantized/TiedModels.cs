namespace FastSeq.Tests.Quantized;

// The product reads packed weights, the embedding rows in float.

[SequenceModel(Weights = WeightFormat.Int8)]
[Embedding(70, 12)]
[LayerNorm]
[Gru(12)]
[Linear(70, Tied = true)]
[CrossEntropy]
public sealed partial class TiedInt8;

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Embedding(70, 12)]
[Gru(20)]
[Linear(12)]
[Linear(70, Tied = true)]
[CrossEntropy]
public sealed partial class TiedBFloat16;
