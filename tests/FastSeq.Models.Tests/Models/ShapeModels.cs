namespace FastSeq.Tests.Models;

// Layers in every order that a declaration allows.

[SequenceModel]
[Input(6)]
[Linear(9)]
[Tanh]
[Gru(12)]
[Linear(3)]
[MeanSquaredError]
public sealed partial class LinearBeforeRecurrent;

[SequenceModel]
[Input(4)]
[Lstm(18)]
[Linear(11)]
[Relu]
[Gru(5, Reset = GruReset.BeforeProduct)]
[Rnn(21)]
[LastStep]
[Linear(2)]
[CrossEntropy]
public sealed partial class MixedStack;

[SequenceModel(Precision = Precision.Double)]
[Embedding(19, 3)]
[Gru(9)]
[Lstm(10, Layers = 2)]
[Linear(8)]
[Linear(5)]
[MeanSquaredError]
public sealed partial class MixedStackDouble;

[SequenceModel]
[Input(5)]
[Lstm(17)]
[Linear(4)]
[Sigmoid]
[LastStep]
[MeanSquaredError]
public sealed partial class LastStepAfterLinear;

[SequenceModel]
[Input(3)]
[Lstm(8, Name = "encoder")]
[LastStep]
[Linear(70, Name = "head.first")]
[Tanh]
[Linear(2, Name = "fc")]
[MeanSquaredError]
public sealed partial class NamedLayers;

[SequenceModel]
[Input(3)]
[Lstm(1024)]
[LastStep]
[Linear(10)]
[CrossEntropy]
public sealed partial class LstmFloat1024;

[SequenceModel]
[Input(200)]
[Rnn(3)]
[Linear(130)]
[MeanSquaredError]
public sealed partial class WideInputAndOutput;

public static partial class Outer<T>
{
    internal partial struct Middle
    {
        [SequenceModel]
        [Input(2)]
        [Gru(3)]
        [Linear(1)]
        [MeanSquaredError]
        internal sealed partial class Nested;
    }
}
