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

// What training drops is nothing here; units that keep their state with a probability keep a share of it.
[SequenceModel(Weights = WeightFormat.BFloat16)]
[Embedding(12, 9, Dropout = 0.3f, Frozen = true)]
[Lstm(17, Zoneout = 0.1f, CellZoneout = 0.3f, WeightDrop = 0.5f)]
[Dropout(0.5f, Variational = true)]
[Gru(20, Reset = GruReset.BeforeProduct, Zoneout = 0.2f, InputDropout = 0.3f, RecurrentDropout = 0.3f)]
[Linear(3)]
[MeanSquaredError]
public sealed partial class BRegularized;

[SequenceModel(Weights = WeightFormat.Int8)]
[Input(7)]
[Lstm(20, CellZoneout = 0.25f)]
[Gru(33, Zoneout = 0.2f)]
[Rnn(17, Zoneout = 0.4f, RecurrentDropout = 0.2f)]
[MeanSquaredError]
public sealed partial class QRegularized;
