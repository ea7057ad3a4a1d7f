namespace FastSeq.Cuda.Tests.Training;

[SequenceModel]
[Input(2)]
[Gru(4)]
[Linear(5)]
[CrossEntropy]
public sealed partial class Classes;

[SequenceModel]
[Input(2)]
[Gru(4)]
[LastStep]
[Linear(3)]
[CrossEntropy(ClassWeights = [0.5f, 2, 0])]
public sealed partial class WeightedClassesAtTheEnd;

[SequenceModel(Precision = Precision.Double)]
[Input(2)]
[Gru(4)]
[Linear(5)]
[CrossEntropy(LabelSmoothing = 0.2f)]
public sealed partial class SmoothedClasses;

[SequenceModel]
[Input(2)]
[Gru(4)]
[Linear(40)]
[CrossEntropy(IgnoreIndex = -100)]
public sealed partial class ClassesOrNone;

[SequenceModel(Precision = Precision.Double)]
[Input(2)]
[Gru(4)]
[Linear(4)]
[CrossEntropy(LabelSmoothing = 0.1f, IgnoreIndex = 2, ClassWeights = [1, 0.25f, 3, 1.5f])]
public sealed partial class ClassesWithAll;

[SequenceModel]
[Input(2)]
[Gru(4)]
[LastStep]
[Linear(4)]
[CrossEntropy(LabelSmoothing = 0.1f, IgnoreIndex = 2, ClassWeights = [1, 0.25f, 3, 1.5f])]
public sealed partial class ClassesWithAllAtTheEnd;

[SequenceModel]
[Input(2)]
[Gru(4)]
[Linear(1500)]
[CrossEntropy(LabelSmoothing = 0.3f, IgnoreIndex = 7)]
public sealed partial class ManyClasses;

[SequenceModel]
[Input(2)]
[Gru(4)]
[Linear(3)]
[BinaryCrossEntropy]
public sealed partial class Answers;

[SequenceModel(Precision = Precision.Double)]
[Input(2)]
[Gru(4)]
[LastStep]
[Linear(3)]
[BinaryCrossEntropy(PositiveWeights = [0.5f, 1, 4])]
public sealed partial class WeightedAnswersAtTheEnd;

[SequenceModel]
[Input(2)]
[Gru(4)]
[Linear(3)]
[BinaryCrossEntropy(PositiveWeights = [0.5f, 1, 4])]
public sealed partial class WeightedAnswers;

[SequenceModel]
[Input(2)]
[Gru(4)]
[Linear(3)]
[MeanSquaredError]
public sealed partial class Squares;

[SequenceModel(Precision = Precision.Double)]
[Input(2)]
[Gru(4)]
[LastStep]
[Linear(2)]
[MeanSquaredError]
public sealed partial class SquaresAtTheEnd;

[SequenceModel]
[Input(2)]
[Gru(4)]
[Linear(2)]
[MeanAbsoluteError]
public sealed partial class Distances;

[SequenceModel(Precision = Precision.Double)]
[Input(2)]
[Gru(4)]
[LastStep]
[Linear(2)]
[MeanAbsoluteError]
public sealed partial class DistancesAtTheEnd;

[SequenceModel]
[Input(2)]
[Gru(4)]
[Linear(2)]
[Huber(0.3f)]
public sealed partial class Bends;

[SequenceModel(Precision = Precision.Double)]
[Input(2)]
[Gru(4)]
[LastStep]
[Linear(2)]
[Huber]
public sealed partial class BendsAtTheEnd;

[SequenceModel]
[Input(2)]
[Gru(4)]
[Linear(6)]
[Quantile(0.1f, 0.4f, 0.9f)]
public sealed partial class Quantiles;

[SequenceModel(Precision = Precision.Double)]
[Input(2)]
[Gru(4)]
[LastStep]
[Linear(2)]
[Quantile(0.3f, 0.75f)]
public sealed partial class QuantilesAtTheEnd;

[SequenceModel]
[Input(2)]
[Gru(4)]
[Linear(4)]
[Ctc]
public sealed partial class Labels;

[SequenceModel(Precision = Precision.Double)]
[Input(2)]
[Gru(4)]
[Linear(40)]
[Ctc(Blank = 8, ZeroInfinity = true)]
public sealed partial class LabelsThatMayNotFit;

[SequenceModel]
[Input(2)]
[Conv1d(6, 3, Stride = 2)]
[Gru(4)]
[Linear(300)]
[Ctc(Blank = 150, ZeroInfinity = true)]
public sealed partial class ManyStridedLabels;
