namespace FastSeq.Tests.Models;

// Every loss, with its options; per step and per sequence.

[SequenceModel]
[Input(4)]
[Rnn(9)]
[Linear(5)]
[CrossEntropy(LabelSmoothing = 0.1f, IgnoreIndex = -100, ClassWeights = new[] { 1f, 0.5f, 3f, 2f, 0.25f })]
public sealed partial class SmoothedTagger;

[SequenceModel(Precision = Precision.Double)]
[Embedding(11, 4)]
[Gru(6)]
[LastStep]
[Linear(4)]
[CrossEntropy(LabelSmoothing = 0.25f, IgnoreIndex = 2)]
public sealed partial class SmoothedClassifierDouble;

[SequenceModel]
[Input(4)]
[Rnn(7)]
[Linear(3)]
[BinaryCrossEntropy(PositiveWeights = new[] { 1f, 4f, 0.5f })]
public sealed partial class MultiLabelTagger;

[SequenceModel(Precision = Precision.Double)]
[Input(3)]
[Rnn(8)]
[LastStep]
[BinaryCrossEntropy]
public sealed partial class MultiLabelDouble;

[SequenceModel]
[Input(4)]
[Rnn(8)]
[Linear(2)]
[MeanAbsoluteError]
public sealed partial class AbsoluteForecaster;

[SequenceModel(Precision = Precision.Double)]
[Input(4)]
[Rnn(6)]
[Linear(3)]
[Huber(0.4f)]
public sealed partial class HuberForecasterDouble;

[SequenceModel]
[Input(4)]
[Rnn(8)]
[LastStep]
[Linear(6)]
[Quantile(0.1f, 0.5f, 0.9f)]
public sealed partial class QuantileForecaster;

[SequenceModel]
[Input(4)]
[Gru(9)]
[Linear(5)]
[Ctc]
public sealed partial class CtcTagger;

[SequenceModel(Precision = Precision.Double)]
[Embedding(7, 5)]
[Rnn(6)]
[Linear(4)]
[Ctc(Blank = 2, ZeroInfinity = true)]
public sealed partial class CtcTaggerDouble;
