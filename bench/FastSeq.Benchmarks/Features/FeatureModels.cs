namespace FastSeq.Benchmarks.Features;

// One model a feature, and the plain cells that it is compared with; all read 64 features.

[SequenceModel]
[Input(64)]
[Lstm(128)]
[MeanSquaredError]
public sealed partial class PlainLstm;

[SequenceModel]
[Input(64)]
[Lstm(128, Direction = Direction.Reverse)]
[MeanSquaredError]
public sealed partial class ReverseLstm;

[SequenceModel]
[Input(64)]
[Lstm(128, Direction = Direction.Bidirectional)]
[MeanSquaredError]
public sealed partial class BidirectionalLstm;

[SequenceModel]
[Input(64)]
[Lstm(128, Direction = Direction.Bidirectional, Merge = Merge.Sum)]
[MeanSquaredError]
public sealed partial class SummedLstm;

[SequenceModel]
[Input(64)]
[Lstm(128, LearnInitialState = true)]
[MeanSquaredError]
public sealed partial class LearnedStateLstm;

[SequenceModel]
[Input(64)]
[Lstm(128, Bias = false)]
[MeanSquaredError]
public sealed partial class UnbiasedLstm;

[SequenceModel]
[Input(64)]
[Lstm(128, Coupled = true)]
[MeanSquaredError]
public sealed partial class CoupledLstm;

[SequenceModel]
[Input(64)]
[Lstm(128, Peepholes = true)]
[MeanSquaredError]
public sealed partial class PeepholeLstm;

[SequenceModel]
[Input(64)]
[Lstm(128, ProjectionSize = 64)]
[MeanSquaredError]
public sealed partial class ProjectedLstm;

[SequenceModel]
[Input(64)]
[Lstm(128, CellClip = 3)]
[MeanSquaredError]
public sealed partial class CellClipLstm;

[SequenceModel]
[Input(64)]
[Lstm(128, InputClip = 50)]
[MeanSquaredError]
public sealed partial class InputClipLstm;

[SequenceModel]
[Input(64)]
[Lstm(128, GateActivation = RnnActivation.HardSigmoid)]
[MeanSquaredError]
public sealed partial class HardSigmoidLstm;

[SequenceModel]
[Input(64)]
[Lstm(128, CellActivation = RnnActivation.Softsign, OutputActivation = RnnActivation.Softsign)]
[MeanSquaredError]
public sealed partial class SoftsignLstm;

[SequenceModel]
[Input(64)]
[Gru(128)]
[MeanSquaredError]
public sealed partial class PlainGru;

[SequenceModel]
[Input(64)]
[Gru(128, Direction = Direction.Bidirectional)]
[MeanSquaredError]
public sealed partial class BidirectionalGru;

[SequenceModel]
[Input(64)]
[Gru(128, Reset = GruReset.BeforeProduct)]
[MeanSquaredError]
public sealed partial class BeforeProductGru;

[SequenceModel]
[Input(64)]
[Gru(128, InputClip = 50)]
[MeanSquaredError]
public sealed partial class InputClipGru;

[SequenceModel]
[Input(64)]
[Lstm(128)]
[Lstm(128)]
[MeanSquaredError]
public sealed partial class PlainStack;

[SequenceModel]
[Input(64)]
[Lstm(128, Layers = 2, Dropout = 0.2f)]
[MeanSquaredError]
public sealed partial class DropoutStack;

[SequenceModel]
[Input(64)]
[Lstm(128)]
[Residual]
[Lstm(128)]
[MeanSquaredError]
public sealed partial class ResidualStack;

[SequenceModel]
[Input(64)]
[Lstm(128)]
[Lstm(128)]
[Skip("lstm1")]
[MeanSquaredError]
public sealed partial class SkipStack;

[SequenceModel]
[Input(64)]
[Lstm(128)]
[Lstm(128)]
[Skip("input", Merge = Merge.Concat)]
[MeanSquaredError]
public sealed partial class ConcatStack;

[SequenceModel]
[Input(64)]
[Lstm(128)]
[LayerNorm]
[Lstm(128)]
[MeanSquaredError]
public sealed partial class NormalizedStack;

[SequenceModel]
[Input(64)]
[Lstm(128)]
[Gelu]
[Lstm(128)]
[MeanSquaredError]
public sealed partial class GeluStack;

[SequenceModel]
[Input(64)]
[Conv1d(128, 3)]
[Lstm(128)]
[Lstm(128)]
[MeanSquaredError]
public sealed partial class ConvolutionStack;

[SequenceModel]
[Input(64)]
[Conv1d(64, 2, Dilation = 4)]
[Lstm(128)]
[Lstm(128)]
[MeanSquaredError]
public sealed partial class DilatedStack;

[SequenceModel]
[Input(64)]
[Conv1d(128, 3, Stride = 2)]
[Lstm(128)]
[Lstm(128)]
[MeanSquaredError]
public sealed partial class StridedStack;

[SequenceModel]
[Input(64)]
[Conv1d(128, 3, Padding = Padding.Same)]
[Lstm(128)]
[Lstm(128)]
[MeanSquaredError]
public sealed partial class PaddedStack;

[SequenceModel]
[Input(64)]
[Lstm(128, Frozen = true)]
[Lstm(128)]
[MeanSquaredError]
public sealed partial class FrozenStack;

[SequenceModel]
[Input(64)]
[Lstm(128)]
[Lstm(128)]
[MeanOverTime]
[MeanSquaredError]
public sealed partial class MeanStack;

[SequenceModel]
[Input(64)]
[Lstm(128)]
[Lstm(128)]
[AttentionPooling]
[MeanSquaredError]
public sealed partial class AttentionStack;

[SequenceModel]
[Input(64)]
[Lstm(128, LayerNorm = true)]
[MeanSquaredError]
public sealed partial class LayerNormLstm;

[SequenceModel]
[Input(64)]
[Gru(128, LayerNorm = true)]
[MeanSquaredError]
public sealed partial class LayerNormGru;

[SequenceModel]
[Input(64)]
[Lstm(128, InputDropout = 0.2f, RecurrentDropout = 0.2f)]
[MeanSquaredError]
public sealed partial class VariationalLstm;

[SequenceModel]
[Input(64)]
[Lstm(128, Zoneout = 0.1f, CellZoneout = 0.1f)]
[MeanSquaredError]
public sealed partial class ZoneoutLstm;

[SequenceModel]
[Input(64)]
[Gru(128, Zoneout = 0.1f)]
[MeanSquaredError]
public sealed partial class ZoneoutGru;

[SequenceModel]
[Input(64)]
[Lstm(128, WeightDrop = 0.5f)]
[MeanSquaredError]
public sealed partial class WeightDropLstm;
