namespace FastSeq.Tests.Models;

// The GRU with its reset before the product, at every hidden size around the lanes of a vector; what stands before and after it, and how many are stacked, varies.

[SequenceModel]
[Input(10)]
[Gru(1, Reset = GruReset.BeforeProduct)]
[LastStep]
[MeanSquaredError]
public sealed partial class GruBeforeFloat1;

[SequenceModel]
[Embedding(300, 16)]
[Gru(3, Reset = GruReset.BeforeProduct, Layers = 2)]
[Linear(66)]
[CrossEntropy]
public sealed partial class GruBeforeFloat3;

[SequenceModel]
[Input(1)]
[Gru(7, Reset = GruReset.BeforeProduct)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class GruBeforeFloat7;

[SequenceModel]
[Embedding(11, 7)]
[Gru(15, Reset = GruReset.BeforeProduct, Layers = 2)]
[LastStep]
[Linear(3)]
[CrossEntropy]
public sealed partial class GruBeforeFloat15;

[SequenceModel]
[Input(17)]
[Gru(16, Reset = GruReset.BeforeProduct)]
[Linear(7)]
[Relu]
[Linear(2)]
[MeanSquaredError]
public sealed partial class GruBeforeFloat16;

[SequenceModel]
[Input(7)]
[Gru(17, Reset = GruReset.BeforeProduct)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
public sealed partial class GruBeforeFloat17;

[SequenceModel]
[Input(5)]
[Gru(20, Reset = GruReset.BeforeProduct)]
[MeanSquaredError]
public sealed partial class GruBeforeFloat20;

[SequenceModel]
[Input(13)]
[Gru(33, Reset = GruReset.BeforeProduct, Layers = 2)]
[Linear(17)]
[Tanh]
[Linear(4)]
[Sigmoid]
[MeanSquaredError]
public sealed partial class GruBeforeFloat33;

[SequenceModel]
[Input(33)]
[Gru(100, Reset = GruReset.BeforeProduct)]
[LastStep]
[Linear(20)]
[Relu]
[Linear(33)]
[CrossEntropy]
public sealed partial class GruBeforeFloat100;

[SequenceModel]
[Input(3)]
[Gru(256, Reset = GruReset.BeforeProduct)]
[Linear(6)]
[CrossEntropy]
public sealed partial class GruBeforeFloat256;

[SequenceModel(Precision = Precision.Double)]
[Embedding(300, 16)]
[Gru(1, Reset = GruReset.BeforeProduct, Layers = 2)]
[LastStep]
[Linear(3)]
[CrossEntropy]
public sealed partial class GruBeforeDouble1;

[SequenceModel(Precision = Precision.Double)]
[Input(1)]
[Gru(3, Reset = GruReset.BeforeProduct)]
[Linear(7)]
[Relu]
[Linear(2)]
[MeanSquaredError]
public sealed partial class GruBeforeDouble3;

[SequenceModel(Precision = Precision.Double)]
[Embedding(11, 7)]
[Gru(7, Reset = GruReset.BeforeProduct)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
public sealed partial class GruBeforeDouble7;

[SequenceModel(Precision = Precision.Double)]
[Input(17)]
[Gru(15, Reset = GruReset.BeforeProduct)]
[MeanSquaredError]
public sealed partial class GruBeforeDouble15;

[SequenceModel(Precision = Precision.Double)]
[Input(7)]
[Gru(16, Reset = GruReset.BeforeProduct, Layers = 2)]
[Linear(17)]
[Tanh]
[Linear(4)]
[Sigmoid]
[MeanSquaredError]
public sealed partial class GruBeforeDouble16;

[SequenceModel(Precision = Precision.Double)]
[Input(5)]
[Gru(17, Reset = GruReset.BeforeProduct)]
[LastStep]
[Linear(20)]
[Relu]
[Linear(33)]
[CrossEntropy]
public sealed partial class GruBeforeDouble17;

[SequenceModel(Precision = Precision.Double)]
[Input(13)]
[Gru(20, Reset = GruReset.BeforeProduct, Layers = 3)]
[Linear(6)]
[CrossEntropy]
public sealed partial class GruBeforeDouble20;

[SequenceModel(Precision = Precision.Double)]
[Input(33)]
[Gru(33, Reset = GruReset.BeforeProduct)]
[LastStep]
[MeanSquaredError]
public sealed partial class GruBeforeDouble33;

[SequenceModel(Precision = Precision.Double)]
[Input(3)]
[Gru(100, Reset = GruReset.BeforeProduct, Layers = 2)]
[Linear(66)]
[CrossEntropy]
public sealed partial class GruBeforeDouble100;

[SequenceModel(Precision = Precision.Double)]
[Input(10)]
[Gru(256, Reset = GruReset.BeforeProduct)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class GruBeforeDouble256;
