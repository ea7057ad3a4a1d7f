namespace FastSeq.Tests.Models;

// The plain cell with relu, at every hidden size around the lanes of a vector; what stands before and after it, and how many are stacked, varies.

[SequenceModel]
[Input(3)]
[Rnn(1, Activation = RnnActivation.Relu, Layers = 2)]
[Linear(7)]
[Relu]
[Linear(2)]
[MeanSquaredError]
public sealed partial class RnnReluFloat1;

[SequenceModel]
[Input(10)]
[Rnn(3, Activation = RnnActivation.Relu)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
public sealed partial class RnnReluFloat3;

[SequenceModel]
[Embedding(300, 16)]
[Rnn(7, Activation = RnnActivation.Relu, Layers = 3)]
[MeanSquaredError]
public sealed partial class RnnReluFloat7;

[SequenceModel]
[Input(1)]
[Rnn(15, Activation = RnnActivation.Relu)]
[Linear(17)]
[Tanh]
[Linear(4)]
[Sigmoid]
[MeanSquaredError]
public sealed partial class RnnReluFloat15;

[SequenceModel]
[Embedding(11, 7)]
[Rnn(16, Activation = RnnActivation.Relu, Layers = 2)]
[LastStep]
[Linear(20)]
[Relu]
[Linear(33)]
[CrossEntropy]
public sealed partial class RnnReluFloat16;

[SequenceModel]
[Input(17)]
[Rnn(17, Activation = RnnActivation.Relu)]
[Linear(6)]
[CrossEntropy]
public sealed partial class RnnReluFloat17;

[SequenceModel]
[Input(7)]
[Rnn(20, Activation = RnnActivation.Relu, Layers = 2)]
[LastStep]
[MeanSquaredError]
public sealed partial class RnnReluFloat20;

[SequenceModel]
[Input(5)]
[Rnn(33, Activation = RnnActivation.Relu)]
[Linear(66)]
[CrossEntropy]
public sealed partial class RnnReluFloat33;

[SequenceModel]
[Input(13)]
[Rnn(100, Activation = RnnActivation.Relu)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class RnnReluFloat100;

[SequenceModel]
[Input(33)]
[Rnn(256, Activation = RnnActivation.Relu)]
[LastStep]
[Linear(3)]
[CrossEntropy]
public sealed partial class RnnReluFloat256;

[SequenceModel(Precision = Precision.Double)]
[Input(10)]
[Rnn(1, Activation = RnnActivation.Relu)]
[Linear(17)]
[Tanh]
[Linear(4)]
[Sigmoid]
[MeanSquaredError]
public sealed partial class RnnReluDouble1;

[SequenceModel(Precision = Precision.Double)]
[Embedding(300, 16)]
[Rnn(3, Activation = RnnActivation.Relu, Layers = 2)]
[LastStep]
[Linear(20)]
[Relu]
[Linear(33)]
[CrossEntropy]
public sealed partial class RnnReluDouble3;

[SequenceModel(Precision = Precision.Double)]
[Input(1)]
[Rnn(7, Activation = RnnActivation.Relu)]
[Linear(6)]
[CrossEntropy]
public sealed partial class RnnReluDouble7;

[SequenceModel(Precision = Precision.Double)]
[Embedding(11, 7)]
[Rnn(15, Activation = RnnActivation.Relu, Layers = 2)]
[LastStep]
[MeanSquaredError]
public sealed partial class RnnReluDouble15;

[SequenceModel(Precision = Precision.Double)]
[Input(17)]
[Rnn(16, Activation = RnnActivation.Relu)]
[Linear(66)]
[CrossEntropy]
public sealed partial class RnnReluDouble16;

[SequenceModel(Precision = Precision.Double)]
[Input(7)]
[Rnn(17, Activation = RnnActivation.Relu)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class RnnReluDouble17;

[SequenceModel(Precision = Precision.Double)]
[Input(5)]
[Rnn(20, Activation = RnnActivation.Relu)]
[LastStep]
[Linear(3)]
[CrossEntropy]
public sealed partial class RnnReluDouble20;

[SequenceModel(Precision = Precision.Double)]
[Input(13)]
[Rnn(33, Activation = RnnActivation.Relu, Layers = 2)]
[Linear(7)]
[Relu]
[Linear(2)]
[MeanSquaredError]
public sealed partial class RnnReluDouble33;

[SequenceModel(Precision = Precision.Double)]
[Input(33)]
[Rnn(100, Activation = RnnActivation.Relu)]
[LastStep]
[Linear(1)]
[MeanSquaredError]
public sealed partial class RnnReluDouble100;

[SequenceModel(Precision = Precision.Double)]
[Input(3)]
[Rnn(256, Activation = RnnActivation.Relu)]
[MeanSquaredError]
public sealed partial class RnnReluDouble256;
