namespace FastSeq.Tests.Models;

// The options of cells: sizes of full and narrow panels, one unit, several options in a model where it still tells them apart.

[SequenceModel]
[Input(5)]
[Lstm(20, Layers = 2, Bias = false)]
[Gru(7, Bias = false)]
[Rnn(1, Bias = false)]
[Linear(3, Bias = false)]
[MeanSquaredError]
public sealed partial class WithoutBiases;

[SequenceModel(Precision = Precision.Double)]
[Embedding(11, 4)]
[Gru(33, Bias = false, Reset = GruReset.BeforeProduct)]
[Lstm(3, Bias = false)]
[Linear(8, Bias = false)]
[Tanh]
[LastStep]
[Linear(2, Bias = false)]
[CrossEntropy]
public sealed partial class WithoutBiasesDouble;

[SequenceModel]
[Input(4)]
[Lstm(33, Coupled = true)]
[Lstm(7, Coupled = true, Bias = false)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class CoupledLstm;

[SequenceModel(Precision = Precision.Double)]
[Input(3)]
[Lstm(17, Coupled = true, Layers = 2)]
[MeanSquaredError]
public sealed partial class CoupledLstmDouble;

[SequenceModel]
[Embedding(13, 6)]
[Lstm(33, Peepholes = true)]
[Lstm(20, Peepholes = true, Coupled = true, Bias = false, Layers = 2)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class PeepholeLstm;

[SequenceModel(Precision = Precision.Double)]
[Input(3)]
[Lstm(17, Peepholes = true, CellClip = 0.25f, InputClip = 0.75f)]
[Lstm(1, Peepholes = true, LearnInitialState = true)]
[MeanSquaredError]
public sealed partial class PeepholeLstmDouble;

[SequenceModel]
[Input(33)]
[Lstm(70, Peepholes = true)]
[LastStep]
[Linear(2)]
[MeanSquaredError]
public sealed partial class BlockPeepholeLstm;

[SequenceModel]
[Embedding(13, 6)]
[Lstm(33, ProjectionSize = 17, Layers = 2)]
[Lstm(7, ProjectionSize = 1, Peepholes = true, Coupled = true, Bias = false)]
[Lstm(20, ProjectionSize = 3, LearnInitialState = true)]
[MeanSquaredError]
public sealed partial class ProjectedLstm;

[SequenceModel(Precision = Precision.Double)]
[Input(3)]
[Lstm(20, ProjectionSize = 7, Direction = Direction.Bidirectional)]
[Lstm(17, ProjectionSize = 3)]
[LastStep]
[Linear(2)]
[MeanSquaredError]
public sealed partial class ProjectedLstmDouble;

[SequenceModel]
[Input(33)]
[Lstm(101, ProjectionSize = 70)]
[MeanSquaredError]
public sealed partial class BlockProjectedLstm;

[SequenceModel]
[Input(6)]
[Lstm(20, CellClip = 0.25f)]
[Lstm(3, CellClip = 0.125f, Coupled = true, InputClip = 0.5f)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class ClippedLstm;

[SequenceModel(Precision = Precision.Double)]
[Input(6)]
[Lstm(33, CellClip = 0.25f, InputClip = 0.75f)]
[MeanSquaredError]
public sealed partial class ClippedLstmDouble;

[SequenceModel]
[Input(6)]
[Gru(17, InputClip = 0.5f)]
[Gru(20, InputClip = 0.5f, Reset = GruReset.BeforeProduct)]
[Rnn(7, InputClip = 0.5f)]
[MeanSquaredError]
public sealed partial class ClippedInputs;

[SequenceModel(Precision = Precision.Double)]
[Input(6)]
[Gru(7, InputClip = 0.5f)]
[Gru(3, InputClip = 0.5f, Reset = GruReset.BeforeProduct)]
[Rnn(20, InputClip = 0.5f, Activation = RnnActivation.Relu)]
[MeanSquaredError]
public sealed partial class ClippedInputsDouble;

[SequenceModel]
[Input(6)]
[Lstm(20, GateActivation = RnnActivation.HardSigmoid, CellActivation = RnnActivation.Softsign, OutputActivation = RnnActivation.ScaledTanh, OutputAlpha = 1.7f, OutputBeta = 0.6f)]
[Lstm(7, GateActivation = RnnActivation.Affine, GateAlpha = 0.3f, GateBeta = 0.4f, CellActivation = RnnActivation.LeakyRelu, OutputActivation = RnnActivation.Elu, OutputAlpha = 0.7f)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class ActivatedLstm;

[SequenceModel(Precision = Precision.Double)]
[Input(6)]
[Lstm(17, GateActivation = RnnActivation.Softplus, CellActivation = RnnActivation.ThresholdedRelu, CellAlpha = 0.125f, OutputActivation = RnnActivation.Sigmoid, InputClip = 1)]
[Lstm(3, GateActivation = RnnActivation.Softsign, CellActivation = RnnActivation.HardSigmoid, OutputActivation = RnnActivation.Affine, OutputAlpha = 0.5f, OutputBeta = 0.25f)]
[MeanSquaredError]
public sealed partial class ActivatedLstmDouble;

[SequenceModel]
[Input(6)]
[Gru(33, GateActivation = RnnActivation.HardSigmoid, GateAlpha = 0.3f, CandidateActivation = RnnActivation.Elu)]
[Gru(7, Reset = GruReset.BeforeProduct, GateActivation = RnnActivation.Softsign, CandidateActivation = RnnActivation.Softplus)]
[Rnn(17, Activation = RnnActivation.ThresholdedRelu, Alpha = 0.25f)]
[Linear(2)]
[MeanSquaredError]
public sealed partial class ActivatedGru;

[SequenceModel(Precision = Precision.Double)]
[Input(6)]
[Gru(3, GateActivation = RnnActivation.ScaledTanh, GateAlpha = 0.8f, CandidateActivation = RnnActivation.LeakyRelu, CandidateAlpha = 0.2f)]
[Gru(20, Reset = GruReset.BeforeProduct, GateActivation = RnnActivation.Affine, GateAlpha = 0.2f, GateBeta = 0.5f, CandidateActivation = RnnActivation.Softsign, InputClip = 2)]
[Rnn(3, Activation = RnnActivation.Softplus)]
[Rnn(1, Activation = RnnActivation.HardSigmoid)]
[Rnn(7, Activation = RnnActivation.Sigmoid)]
[MeanSquaredError]
public sealed partial class ActivatedGruDouble;
