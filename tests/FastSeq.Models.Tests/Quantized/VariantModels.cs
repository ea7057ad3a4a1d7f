namespace FastSeq.Tests.Quantized;

// Options of cells in models of fewer bits. (The oracle of bfloat16 finds the order of the sums in that of the biases.)

[SequenceModel(Weights = WeightFormat.BFloat16)]
[Input(7)]
[Lstm(17, Coupled = true, OutputActivation = RnnActivation.Softsign)]
[Gru(20, Reset = GruReset.BeforeProduct, GateActivation = RnnActivation.HardSigmoid, CandidateActivation = RnnActivation.Elu)]
[Linear(3)]
[MeanSquaredError]
public sealed partial class BVariants;

[SequenceModel(Weights = WeightFormat.Int8)]
[Input(7)]
[Gru(33, Bias = false, CandidateActivation = RnnActivation.Softsign)]
[Lstm(7, GateActivation = RnnActivation.HardSigmoid, CellActivation = RnnActivation.ScaledTanh, CellAlpha = 1.5f, OutputActivation = RnnActivation.Softplus)]
[Rnn(17, Activation = RnnActivation.LeakyRelu)]
[MeanSquaredError]
public sealed partial class QVariants;
