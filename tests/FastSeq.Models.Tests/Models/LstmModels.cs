namespace FastSeq.Tests.Models;

// The LSTM, at every hidden size around the lanes of a vector; what stands before and after it, and how many are stacked, varies.

[SequenceModel]
[Input(5)]
[Lstm(1)]
[MeanSquaredError]
public sealed partial class LstmFloat1;

[SequenceModel]
[Input(13)]
[Lstm(3, Layers = 3)]
[Linear(17)]
[Tanh]
[Linear(4)]
[Sigmoid]
[MeanSquaredError]
public sealed partial class LstmFloat3;

[SequenceModel]
[Input(33)]
[Lstm(7)]
[LastStep]
[Linear(20)]
[Relu]
[Linear(33)]
[CrossEntropy]
public sealed partial class LstmFloat7;

[SequenceModel]
[Input(3)]
[Lstm(15, Layers = 2)]
[Linear(6)]
[CrossEntropy]
public sealed partial class LstmFloat15;

[SequenceModel]
[Input(10)]
[Lstm(16)]
[LastStep]
[MeanSquaredError]
public sealed partial class LstmFloat16;

[SequenceModel]
[Embedding(300, 16)]
[Lstm(17, Layers = 2)]
[Linear(66)]
[CrossEntropy]
public sealed partial class LstmFloat17;

[SequenceModel]
[Input(1)]
[Lstm(20)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class LstmFloat20;

[SequenceModel]
[Embedding(11, 7)]
[Lstm(33)]
[LastStep]
[Linear(3)]
[CrossEntropy]
public sealed partial class LstmFloat33;

[SequenceModel]
[Input(17)]
[Lstm(100)]
[Linear(7)]
[Relu]
[Linear(2)]
[MeanSquaredError]
public sealed partial class LstmFloat100;

[SequenceModel]
[Input(7)]
[Lstm(256)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
public sealed partial class LstmFloat256;

[SequenceModel(Precision = Precision.Double)]
[Input(13)]
[Lstm(1, Layers = 2)]
[Linear(6)]
[CrossEntropy]
public sealed partial class LstmDouble1;

[SequenceModel(Precision = Precision.Double)]
[Input(33)]
[Lstm(3)]
[LastStep]
[MeanSquaredError]
public sealed partial class LstmDouble3;

[SequenceModel(Precision = Precision.Double)]
[Input(3)]
[Lstm(7, Layers = 2)]
[Linear(66)]
[CrossEntropy]
public sealed partial class LstmDouble7;

[SequenceModel(Precision = Precision.Double)]
[Input(10)]
[Lstm(15)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class LstmDouble15;

[SequenceModel(Precision = Precision.Double)]
[Embedding(300, 16)]
[Lstm(16)]
[LastStep]
[Linear(3)]
[CrossEntropy]
public sealed partial class LstmDouble16;

[SequenceModel(Precision = Precision.Double)]
[Input(1)]
[Lstm(17)]
[Linear(7)]
[Relu]
[Linear(2)]
[MeanSquaredError]
public sealed partial class LstmDouble17;

[SequenceModel(Precision = Precision.Double)]
[Embedding(11, 7)]
[Lstm(20, Layers = 2)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
public sealed partial class LstmDouble20;

[SequenceModel(Precision = Precision.Double)]
[Input(17)]
[Lstm(33)]
[MeanSquaredError]
public sealed partial class LstmDouble33;

[SequenceModel(Precision = Precision.Double)]
[Input(7)]
[Lstm(100, Layers = 2)]
[Linear(17)]
[Tanh]
[Linear(4)]
[Sigmoid]
[MeanSquaredError]
public sealed partial class LstmDouble100;

[SequenceModel(Precision = Precision.Double)]
[Input(5)]
[Lstm(256)]
[LastStep]
[Linear(20)]
[Relu]
[Linear(33)]
[CrossEntropy]
public sealed partial class LstmDouble256;
