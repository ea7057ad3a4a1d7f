namespace FastSeq.Tests.Models;

// The plain cell with tanh, at every hidden size around the lanes of a vector; what stands before and after it, and how many are stacked, varies.

[SequenceModel]
[Input(1)]
[Rnn(1)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class RnnTanhFloat1;

[SequenceModel]
[Embedding(11, 7)]
[Rnn(3, Layers = 2)]
[LastStep]
[Linear(3)]
[CrossEntropy]
public sealed partial class RnnTanhFloat3;

[SequenceModel]
[Input(17)]
[Rnn(7)]
[Linear(7)]
[Relu]
[Linear(2)]
[MeanSquaredError]
public sealed partial class RnnTanhFloat7;

[SequenceModel]
[Input(7)]
[Rnn(15, Layers = 3)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
public sealed partial class RnnTanhFloat15;

[SequenceModel]
[Input(5)]
[Rnn(16)]
[MeanSquaredError]
public sealed partial class RnnTanhFloat16;

[SequenceModel]
[Input(13)]
[Rnn(17, Layers = 2)]
[Linear(17)]
[Tanh]
[Linear(4)]
[Sigmoid]
[MeanSquaredError]
public sealed partial class RnnTanhFloat17;

[SequenceModel]
[Input(33)]
[Rnn(20)]
[LastStep]
[Linear(20)]
[Relu]
[Linear(33)]
[CrossEntropy]
public sealed partial class RnnTanhFloat20;

[SequenceModel]
[Input(3)]
[Rnn(33, Layers = 2)]
[Linear(6)]
[CrossEntropy]
public sealed partial class RnnTanhFloat33;

[SequenceModel]
[Input(10)]
[Rnn(100)]
[LastStep]
[MeanSquaredError]
public sealed partial class RnnTanhFloat100;

[SequenceModel]
[Embedding(300, 16)]
[Rnn(256)]
[Linear(66)]
[CrossEntropy]
public sealed partial class RnnTanhFloat256;

[SequenceModel(Precision = Precision.Double)]
[Embedding(11, 7)]
[Rnn(1, Layers = 3)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
public sealed partial class RnnTanhDouble1;

[SequenceModel(Precision = Precision.Double)]
[Input(17)]
[Rnn(3)]
[MeanSquaredError]
public sealed partial class RnnTanhDouble3;

[SequenceModel(Precision = Precision.Double)]
[Input(7)]
[Rnn(7, Layers = 2)]
[Linear(17)]
[Tanh]
[Linear(4)]
[Sigmoid]
[MeanSquaredError]
public sealed partial class RnnTanhDouble7;

[SequenceModel(Precision = Precision.Double)]
[Input(5)]
[Rnn(15)]
[LastStep]
[Linear(20)]
[Relu]
[Linear(33)]
[CrossEntropy]
public sealed partial class RnnTanhDouble15;

[SequenceModel(Precision = Precision.Double)]
[Input(13)]
[Rnn(16, Layers = 2)]
[Linear(6)]
[CrossEntropy]
public sealed partial class RnnTanhDouble16;

[SequenceModel(Precision = Precision.Double)]
[Input(33)]
[Rnn(17)]
[LastStep]
[MeanSquaredError]
public sealed partial class RnnTanhDouble17;

[SequenceModel(Precision = Precision.Double)]
[Input(3)]
[Rnn(20)]
[Linear(66)]
[CrossEntropy]
public sealed partial class RnnTanhDouble20;

[SequenceModel(Precision = Precision.Double)]
[Input(10)]
[Rnn(33)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class RnnTanhDouble33;

[SequenceModel(Precision = Precision.Double)]
[Embedding(300, 16)]
[Rnn(100, Layers = 2)]
[LastStep]
[Linear(3)]
[CrossEntropy]
public sealed partial class RnnTanhDouble100;

[SequenceModel(Precision = Precision.Double)]
[Input(1)]
[Rnn(256)]
[Linear(7)]
[Relu]
[Linear(2)]
[MeanSquaredError]
public sealed partial class RnnTanhDouble256;
