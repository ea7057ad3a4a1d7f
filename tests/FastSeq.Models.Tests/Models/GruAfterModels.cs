namespace FastSeq.Tests.Models;

// The GRU with its reset after the product, at every hidden size around the lanes of a vector; what stands before and after it, and how many are stacked, varies.

[SequenceModel]
[Embedding(11, 7)]
[Gru(1, Layers = 3)]
[LastStep]
[Linear(20)]
[Relu]
[Linear(33)]
[CrossEntropy]
public sealed partial class GruAfterFloat1;

[SequenceModel]
[Input(17)]
[Gru(3)]
[Linear(6)]
[CrossEntropy]
public sealed partial class GruAfterFloat3;

[SequenceModel]
[Input(7)]
[Gru(7, Layers = 2)]
[LastStep]
[MeanSquaredError]
public sealed partial class GruAfterFloat7;

[SequenceModel]
[Input(5)]
[Gru(15)]
[Linear(66)]
[CrossEntropy]
public sealed partial class GruAfterFloat15;

[SequenceModel]
[Input(13)]
[Gru(16, Layers = 2)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class GruAfterFloat16;

[SequenceModel]
[Input(33)]
[Gru(17)]
[LastStep]
[Linear(3)]
[CrossEntropy]
public sealed partial class GruAfterFloat17;

[SequenceModel]
[Input(3)]
[Gru(20)]
[Linear(7)]
[Relu]
[Linear(2)]
[MeanSquaredError]
public sealed partial class GruAfterFloat20;

[SequenceModel]
[Input(10)]
[Gru(33)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
public sealed partial class GruAfterFloat33;

[SequenceModel]
[Embedding(300, 16)]
[Gru(100, Layers = 2)]
[MeanSquaredError]
public sealed partial class GruAfterFloat100;

[SequenceModel]
[Input(1)]
[Gru(256)]
[Linear(17)]
[Tanh]
[Linear(4)]
[Sigmoid]
[MeanSquaredError]
public sealed partial class GruAfterFloat256;

[SequenceModel(Precision = Precision.Double)]
[Input(17)]
[Gru(1)]
[Linear(66)]
[CrossEntropy]
public sealed partial class GruAfterDouble1;

[SequenceModel(Precision = Precision.Double)]
[Input(7)]
[Gru(3, Layers = 2)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class GruAfterDouble3;

[SequenceModel(Precision = Precision.Double)]
[Input(5)]
[Gru(7)]
[LastStep]
[Linear(3)]
[CrossEntropy]
public sealed partial class GruAfterDouble7;

[SequenceModel(Precision = Precision.Double)]
[Input(13)]
[Gru(15)]
[Linear(7)]
[Relu]
[Linear(2)]
[MeanSquaredError]
public sealed partial class GruAfterDouble15;

[SequenceModel(Precision = Precision.Double)]
[Input(33)]
[Gru(16)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
public sealed partial class GruAfterDouble16;

[SequenceModel(Precision = Precision.Double)]
[Input(3)]
[Gru(17, Layers = 2)]
[MeanSquaredError]
public sealed partial class GruAfterDouble17;

[SequenceModel(Precision = Precision.Double)]
[Input(10)]
[Gru(20)]
[Linear(17)]
[Tanh]
[Linear(4)]
[Sigmoid]
[MeanSquaredError]
public sealed partial class GruAfterDouble20;

[SequenceModel(Precision = Precision.Double)]
[Embedding(300, 16)]
[Gru(33, Layers = 3)]
[LastStep]
[Linear(20)]
[Relu]
[Linear(33)]
[CrossEntropy]
public sealed partial class GruAfterDouble33;

[SequenceModel(Precision = Precision.Double)]
[Input(1)]
[Gru(100)]
[Linear(6)]
[CrossEntropy]
public sealed partial class GruAfterDouble100;

[SequenceModel(Precision = Precision.Double)]
[Embedding(11, 7)]
[Gru(256)]
[LastStep]
[MeanSquaredError]
public sealed partial class GruAfterDouble256;
