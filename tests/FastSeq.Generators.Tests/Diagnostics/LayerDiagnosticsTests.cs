using FastSeq.Generators.Tests.Support;

namespace FastSeq.Generators.Tests.Diagnostics;

/// <summary>Wrong values and wrong orders of layers. Layers begin in line 3, one a line.</summary>
public class LayerDiagnosticsTests
{
    [Theory]
    [InlineData("[Input(5)] [Lstm(0)] [MeanSquaredError]", "(4,2): error FSQ002: [Lstm(0)]: hidden size must be between 1 and 8192.")]
    [InlineData("[Input(0)] [Lstm(3)] [MeanSquaredError]", "(3,2): error FSQ002: [Input(0)]: features must be between 1 and 8192.")]
    [InlineData("[Input(8193)] [Lstm(3)] [MeanSquaredError]", "(3,2): error FSQ002: [Input(8193)]: features must be between 1 and 8192.")]
    [InlineData("[Embedding(0,8)] [Lstm(3)] [MeanSquaredError]", "(3,2): error FSQ002: [Embedding(0, 8)]: vocabulary must be between 1 and 16777216.")]
    [InlineData("[Embedding(8,-1)] [Lstm(3)] [MeanSquaredError]", "(3,2): error FSQ002: [Embedding(8, -1)]: size must be between 1 and 8192.")]
    [InlineData("[Embedding(size:8,vocabulary:16777217)] [Lstm(3)] [MeanSquaredError]", "(3,2): error FSQ002: [Embedding(16777217, 8)]: vocabulary must be between 1 and 16777216.")]
    [InlineData("[Input(5)] [Rnn(-1)] [MeanSquaredError]", "(4,2): error FSQ002: [Rnn(-1)]: hidden size must be between 1 and 8192.")]
    [InlineData("[Input(5)] [Gru(8193)] [MeanSquaredError]", "(4,2): error FSQ002: [Gru(8193)]: hidden size must be between 1 and 8192.")]
    [InlineData("[Input(5)] [Lstm(3)] [Linear(-1)] [MeanSquaredError]", "(5,2): error FSQ002: [Linear(-1)]: size must be between 1 and 65536.")]
    [InlineData("[Input(5)] [Lstm(3)] [Linear(65537)] [MeanSquaredError]", "(5,2): error FSQ002: [Linear(65537)]: size must be between 1 and 65536.")]
    [InlineData("[Input(5)] [Lstm(3,Layers=0)] [MeanSquaredError]", "(4,2): error FSQ002: [Lstm(3, Layers = 0)]: Layers must be between 1 and 64.")]
    [InlineData("[Input(5)] [Lstm(3,Layers=65)] [MeanSquaredError]", "(4,2): error FSQ002: [Lstm(3, Layers = 65)]: Layers must be between 1 and 64.")]
    [InlineData("[Input(5)] [Lstm(3)] [Dropout(1)] [MeanSquaredError]", "(5,2): error FSQ010: [Dropout(1f)]: probability must be at least 0 and below 1.")]
    [InlineData("[Input(5)] [Lstm(3)] [Dropout(-0.25f)] [MeanSquaredError]", "(5,2): error FSQ010: [Dropout(-0.25f)]: probability must be at least 0 and below 1.")]
    [InlineData("[Input(5)] [Lstm(3)] [Dropout(float.NaN)] [MeanSquaredError]", "(5,2): error FSQ010: [Dropout(float.NaN)]: probability must be at least 0 and below 1.")]
    [InlineData("[Input(5)] [Gru(3,Layers=2,Dropout=1.5f)] [MeanSquaredError]", "(4,2): error FSQ010: [Gru(3, Layers = 2, Dropout = 1.5f)]: Dropout must be at least 0 and below 1.")]
    [InlineData("[Input(5)] [Gru(3,InputDropout=1)] [MeanSquaredError]", "(4,2): error FSQ010: [Gru(3, InputDropout = 1f)]: InputDropout must be at least 0 and below 1.")]
    [InlineData("[Input(5)] [Gru(3,RecurrentDropout=-1)] [MeanSquaredError]", "(4,2): error FSQ010: [Gru(3, RecurrentDropout = -1f)]: RecurrentDropout must be at least 0 and below 1.")]
    [InlineData("[Input(5)] [Rnn(3,Zoneout=1)] [MeanSquaredError]", "(4,2): error FSQ010: [Rnn(3, Zoneout = 1f)]: Zoneout must be at least 0 and below 1.")]
    [InlineData("[Input(5)] [Lstm(3,CellZoneout=float.NaN)] [MeanSquaredError]", "(4,2): error FSQ010: [Lstm(3, CellZoneout = float.NaN)]: CellZoneout must be at least 0 and below 1.")]
    [InlineData("[Input(5)] [Lstm(3,WeightDrop=2)] [MeanSquaredError]", "(4,2): error FSQ010: [Lstm(3, WeightDrop = 2f)]: WeightDrop must be at least 0 and below 1.")]
    [InlineData("[Embedding(5,2,Dropout=1)] [Lstm(3)] [CrossEntropy]", "(3,2): error FSQ010: [Embedding(5, 2, Dropout = 1f)]: Dropout must be at least 0 and below 1.")]
    [InlineData("[Input(5)] [Lstm(3)] [LastStep] [Dropout(0.5f,Variational=true)] [MeanSquaredError]", "(6,2): error FSQ042: [Dropout(0.5f, Variational = true)]: Variational has no use: after [LastStep] a sequence has one row. Remove Variational.")]
    [InlineData("[Input(5)] [Lstm(3,ProjectionSize=2,Zoneout=0.5f)] [MeanSquaredError]", "(4,2): error FSQ052: [Lstm(3, ProjectionSize = 2, Zoneout = 0.5f)]: Zoneout and ProjectionSize exclude each other: h is a product of all units, so no unit of it can keep its value. Remove one of them.")]
    [InlineData("[Input(5)] [Embedding(9,2,Column=0,Dropout=0.5f)] [Lstm(3)] [MeanSquaredError]", "(4,2): error FSQ052: [Embedding(9, 2, Column = 0, Dropout = 0.5f)]: Column and Dropout exclude each other: only a model that reads tokens and nothing else can drop some of them. Remove one of them.")]
    [InlineData("[Input(5)] [Gru(3,Dropout=0.5f)] [MeanSquaredError]", "(4,2): warning FSQ011: [Gru(3, Dropout = 0.5f)]: Dropout acts between stacked layers, but Layers is 1. Set Layers to 2 or more, or add [Dropout(0.5f)] below it.")]
    [InlineData("[Input(5)] [Rnn(3,Activation=(RnnActivation)11)] [MeanSquaredError]", "(4,2): error FSQ031: [Rnn(3, Activation = (RnnActivation)11)]: Activation must be RnnActivation.Tanh, RnnActivation.Relu, RnnActivation.Sigmoid, RnnActivation.HardSigmoid, RnnActivation.Affine, RnnActivation.LeakyRelu, RnnActivation.ThresholdedRelu, RnnActivation.ScaledTanh, RnnActivation.Elu, RnnActivation.Softsign or RnnActivation.Softplus.")]
    [InlineData("[Input(5)] [Gru(3,Reset=(GruReset)(-1))] [MeanSquaredError]", "(4,2): error FSQ031: [Gru(3, Reset = (GruReset)-1)]: Reset must be GruReset.AfterProduct or GruReset.BeforeProduct.")]
    [InlineData("[Input(5)] [Gru(3,Direction=(Direction)3)] [MeanSquaredError]", "(4,2): error FSQ031: [Gru(3, Direction = (Direction)3)]: Direction must be Direction.Forward, Direction.Reverse or Direction.Bidirectional.")]
    [InlineData("[Input(5)] [Gru(3,Direction=Direction.Reverse,Merge=Merge.Mean)] [MeanSquaredError]", "(4,2): error FSQ038: [Gru(3, Direction = Direction.Reverse, Merge = Merge.Mean)]: Merge.Mean joins the outputs of two directions, but the layer reads time in one. Add Direction = Direction.Bidirectional, or remove Merge.")]
    [InlineData("[Input(5)] [Lstm(3,ForgetBias=float.PositiveInfinity)] [MeanSquaredError]", "(4,2): error FSQ032: [Lstm(3, ForgetBias = float.PositiveInfinity)]: ForgetBias must be a finite number.")]
    [InlineData("[Input(5)] [Gru(3,CandidateAlpha=float.NegativeInfinity,CandidateActivation=RnnActivation.Elu)] [MeanSquaredError]", "(4,2): error FSQ032: [Gru(3, CandidateAlpha = float.NegativeInfinity, CandidateActivation = RnnActivation.Elu)]: CandidateAlpha must be a finite number.")]
    [InlineData("[Input(5)] [Lstm(3,Coupled=true,ForgetBias=1)] [MeanSquaredError]", "(4,2): error FSQ042: [Lstm(3, Coupled = true, ForgetBias = 1f)]: ForgetBias has no use: with Coupled = true there is no forget gate. Remove ForgetBias.")]
    [InlineData("[Input(5)] [Lstm(3,Bias=false,ForgetBias=1)] [MeanSquaredError]", "(4,2): error FSQ042: [Lstm(3, Bias = false, ForgetBias = 1f)]: ForgetBias has no use: with Bias = false there is no bias to start at it. Remove ForgetBias.")]
    [InlineData("[Input(5)] [Lstm(3,GateAlpha=0.5f)] [MeanSquaredError]", "(4,2): error FSQ042: [Lstm(3, GateAlpha = 0.5f)]: GateAlpha has no use: RnnActivation.Sigmoid has no such number. Remove GateAlpha.")]
    [InlineData("[Input(5)] [Rnn(3,Activation=RnnActivation.Elu,Beta=0.5f)] [MeanSquaredError]", "(4,2): error FSQ042: [Rnn(3, Activation = RnnActivation.Elu, Beta = 0.5f)]: Beta has no use: RnnActivation.Elu has no such number. Remove Beta.")]
    [InlineData("[Input(5)] [Lstm(3,ProjectionSize=3)] [MeanSquaredError]", "(4,2): error FSQ002: [Lstm(3, ProjectionSize = 3)]: ProjectionSize must be between 1 and 2.")]
    [InlineData("[Input(5)] [Lstm(3,ProjectionSize=-1)] [MeanSquaredError]", "(4,2): error FSQ002: [Lstm(3, ProjectionSize = -1)]: ProjectionSize must be between 1 and 2.")]
    [InlineData("[Input(5)] [Lstm(3,CellClip=0)] [MeanSquaredError]", "(4,2): error FSQ043: [Lstm(3, CellClip = 0f)]: CellClip must be above 0: it bounds both sides of 0. Give it a positive number, or remove it.")]
    [InlineData("[Input(5)] [Gru(3,InputClip=float.NaN)] [MeanSquaredError]", "(4,2): error FSQ043: [Gru(3, InputClip = float.NaN)]: InputClip must be above 0: it bounds both sides of 0. Give it a positive number, or remove it.")]
    [InlineData("[Input(5)] [Lstm(3,LayerNorm=true,Peepholes=true)] [MeanSquaredError]", "(4,2): error FSQ051: [Lstm(3, LayerNorm = true, Peepholes = true)]: Peepholes is not there for a layer-normalised cell, whose gates are the published ones. Remove Peepholes, or LayerNorm.")]
    [InlineData("[Input(5)] [Gru(3,Layers=2,Reset=GruReset.BeforeProduct,LayerNorm=true)] [MeanSquaredError]", "(4,2): error FSQ051: [Gru(3, Layers = 2, Reset = GruReset.BeforeProduct, LayerNorm = true)]: Reset is not there for a layer-normalised cell, whose gates are the published ones. Remove Reset, or LayerNorm.")]
    [InlineData("[Input(5)] [Lstm(3,Name=\"\")] [MeanSquaredError]", "(4,2): error FSQ018: [Lstm(3, Name = \"\")]: a name must be 1 to 100 of the letters A to Z and a to z, digits, '_' and single '.' inside. Change Name, or remove it.")]
    [InlineData("[Input(5)] [Lstm(3,Name=\"a-b\")] [MeanSquaredError]", "(4,2): error FSQ018: [Lstm(3, Name = \"a-b\")]: a name must be 1 to 100 of the letters A to Z and a to z, digits, '_' and single '.' inside. Change Name, or remove it.")]
    [InlineData("[Input(5)] [Lstm(3,Name=\"a..b\")] [MeanSquaredError]", "(4,2): error FSQ018: [Lstm(3, Name = \"a..b\")]: a name must be 1 to 100 of the letters A to Z and a to z, digits, '_' and single '.' inside. Change Name, or remove it.")]
    [InlineData("[Input(5)] [Lstm(3)] [Linear(4,Name=\"fc\")] [Linear(2,Name=\"fc\")] [MeanSquaredError]", "(6,2): error FSQ019: [Linear(4, Name = \"fc\")] and [Linear(2, Name = \"fc\")] are both named 'fc', and so would their parameters be. Give one of them another Name.")]
    [InlineData("[Input(5)] [Lstm(3)] [Linear(4,Name=\"linear2\")] [Linear(2)] [MeanSquaredError]", "(6,2): error FSQ019: [Linear(4, Name = \"linear2\")] and [Linear(2)] are both named 'linear2', and so would their parameters be. Give one of them another Name.")]
    [InlineData("[Input(5)] [Lstm(3)] [Linear(5,Tied=true)] [CrossEntropy]", "(5,2): error FSQ050: [Linear(5, Tied = true)] cannot share the table of an embedding: the model reads no tokens alone. Remove Tied.")]
    [InlineData("[Embedding(9,3)] [Lstm(3)] [Linear(5,Tied=true)] [CrossEntropy]", "(5,2): error FSQ050: [Linear(5, Tied = true)] cannot share the table of an embedding: it has 5 outputs and the embedding 9 tokens. Declare [Linear(9, Tied = true)].")]
    [InlineData("[Embedding(9,3)] [Lstm(4)] [Linear(9,Tied=true)] [CrossEntropy]", "(5,2): error FSQ050: [Linear(9, Tied = true)] cannot share the table of an embedding: it reads rows of 4 numbers and the embedding's have 3. Put a [Linear(3)] above it, or give the embedding 4 numbers a token.")]
    [InlineData("[Embedding(3,3)] [Lstm(3)] [Linear(3,Tied=true,Frozen=true)] [CrossEntropy]", "(5,2): error FSQ050: [Linear(3, Tied = true, Frozen = true)] cannot share the table of an embedding: one of them has Frozen = true, but they share one parameter. Give both Frozen, or none.")]
    [InlineData("[Embedding(3,3)] [Lstm(3)] [Linear(3,Tied=true)] [Linear(3,Tied=true)] [CrossEntropy]", "(6,2): error FSQ050: [Linear(3, Tied = true)] cannot share the table of an embedding: [Linear(3, Tied = true)] has it already. Remove one Tied.")]
    [InlineData("[Input(5)] [Lstm(3)] [LayerNorm(Epsilon=0)] [MeanSquaredError]", "(5,2): error FSQ015: [LayerNorm(Epsilon = 0)]: Epsilon must be a finite number above 0.")]
    [InlineData("[Input(5)] [Lstm(3)] [LayerNorm(Bias=false,Epsilon=double.NaN)] [MeanSquaredError]", "(5,2): error FSQ015: [LayerNorm(Bias = false, Epsilon = NaN)]: Epsilon must be a finite number above 0.")]
    [InlineData("[Input(5)] [Lstm(3)] [Gelu(Approximate=(GeluApproximation)2)] [MeanSquaredError]", "(5,2): error FSQ031: [Gelu(Approximate = (GeluApproximation)2)]: Approximate must be GeluApproximation.None or GeluApproximation.Tanh.")]
    [InlineData("[Input(5)] [Conv1d(0,3)] [Lstm(3)] [MeanSquaredError]", "(4,2): error FSQ002: [Conv1d(0, 3)]: channels must be between 1 and 8192.")]
    [InlineData("[Input(5)] [Conv1d(4,1025)] [Lstm(3)] [MeanSquaredError]", "(4,2): error FSQ002: [Conv1d(4, 1025)]: kernelSize must be between 1 and 1024.")]
    [InlineData("[Input(5)] [Conv1d(4,3,Dilation=0)] [Lstm(3)] [MeanSquaredError]", "(4,2): error FSQ002: [Conv1d(4, 3, Dilation = 0)]: Dilation must be between 1 and 4096.")]
    [InlineData("[Input(5)] [Conv1d(4,3,Stride=0)] [Lstm(3)] [MeanSquaredError]", "(4,2): error FSQ002: [Conv1d(4, 3, Stride = 0)]: Stride must be between 1 and 1024.")]
    [InlineData("[Input(5)] [Conv1d(4,3,Padding=(Padding)4)] [Lstm(3)] [MeanSquaredError]", "(4,2): error FSQ031: [Conv1d(4, 3, Padding = (Padding)4)]: Padding must be Padding.Causal, Padding.Valid, Padding.Same or Padding.Both.")]
    [InlineData("[Input(5)] [Conv1d(4,3,Padding=Padding.Both)] [Lstm(3)] [MeanSquaredError]", "(4,2): error FSQ002: [Conv1d(4, 3, Padding = Padding.Both)]: PaddingSize must be between 1 and 2.")]
    [InlineData("[Input(5)] [Conv1d(4,3,Dilation=2,Padding=Padding.Both,PaddingSize=5)] [Lstm(3)] [MeanSquaredError]", "(4,2): error FSQ002: [Conv1d(4, 3, Dilation = 2, Padding = Padding.Both, PaddingSize = 5)]: PaddingSize must be between 1 and 4.")]
    [InlineData("[Input(5)] [Conv1d(4,1,Padding=Padding.Both,PaddingSize=1)] [Lstm(3)] [MeanSquaredError]", "(4,2): error FSQ042: [Conv1d(4, 1, Padding = Padding.Both, PaddingSize = 1)]: Padding.Both with its PaddingSize has no use: outputs that read one time step read no zeros. Remove Padding.Both with its PaddingSize.")]
    [InlineData("[Input(5)] [Conv1d(4,0,Padding=Padding.Both,PaddingSize=1)] [Lstm(3)] [MeanSquaredError]", "(4,2): error FSQ002: [Conv1d(4, 0, Padding = Padding.Both, PaddingSize = 1)]: kernelSize must be between 1 and 1024.")]
    [InlineData("[Input(5)] [Conv1d(4,3,Padding=Padding.Same,PaddingSize=1)] [Lstm(3)] [MeanSquaredError]", "(4,2): error FSQ042: [Conv1d(4, 3, Padding = Padding.Same, PaddingSize = 1)]: PaddingSize has no use: Padding.Same says how many zeros there are; only Padding.Both does not. Remove PaddingSize.")]
    public void WrongValue_NamesTheNumbersAndTheMend(string layers, string expected) => Check(layers, expected);

    [Theory]
    [InlineData("[Lstm(3)] [MeanSquaredError]", "(5,1): error FSQ003: 'Tagger' has no first layer. Add [Input(features)] or [Embedding(vocabulary, size)] above its other layers.")]
    [InlineData("[Input(5)] [Lstm(3)] [CrossEntropy] [Linear(5)]", "(6,2): error FSQ004: [Linear(5)] cannot follow [CrossEntropy]: the loss must be the last attribute. Move [CrossEntropy] below it.")]
    [InlineData("[MeanSquaredError] [Input(5)] [Lstm(3)]", "(5,2): error FSQ004: [Lstm(3)] cannot follow [MeanSquaredError]: the loss must be the last attribute. Move [MeanSquaredError] below it.")]
    [InlineData("[Lstm(3)] [Input(5)] [MeanSquaredError]", "(4,2): error FSQ005: [Input(5)] cannot follow [Lstm(3)]: it must be the first layer. Move [Input(5)] above the other layers.")]
    [InlineData("[Input(5)] [Embedding(9,4)] [Lstm(3)] [MeanSquaredError]", "(4,2): error FSQ006: [Embedding(9, 4)] cannot follow [Input(5)]: a model has one first layer. Remove one of them.")]
    [InlineData("[Input(5)] [Lstm(3)]", "(5,1): error FSQ007: 'Tagger' has no loss. Add [CrossEntropy] or [MeanSquaredError] as its last attribute.")]
    [InlineData("[Input(5)] [Lstm(3)] [CrossEntropy] [MeanSquaredError]", "(6,2): error FSQ008: [MeanSquaredError] cannot follow [CrossEntropy]: a model has one loss. Remove one of them.")]
    [InlineData("[Input(5)] [Linear(3)] [MeanSquaredError]", "(6,1): error FSQ009: 'Tagger' has no recurrent layer. Add [Rnn(size)], [Lstm(size)] or [Gru(size)] below its first layer.")]
    [InlineData("[Input(5)] [Lstm(3)] [LastStep] [LastStep] [MeanSquaredError]", "(6,2): error FSQ012: [LastStep] cannot follow [LastStep]: one row a sequence is left already. Remove one of them.")]
    [InlineData("[Input(5)] [Lstm(3)] [MaxOverTime] [AttentionPooling] [MeanSquaredError]", "(6,2): error FSQ012: [AttentionPooling] cannot follow [MaxOverTime]: one row a sequence is left already. Remove one of them.")]
    [InlineData("[Input(5)] [LastStep] [Lstm(3)] [MeanSquaredError]", "(4,2): error FSQ013: [LastStep] cannot come before [Lstm(3)]: [Lstm(3)] reads every step. Move [LastStep] below [Lstm(3)].")]
    [InlineData("[Input(5)] [Rnn(3)] [LastStep] [Gru(4)] [MeanSquaredError]", "(6,2): error FSQ014: [Gru(4)] cannot follow [LastStep]: only one step is left to read. Move [LastStep] below [Gru(4)].")]
    [InlineData("[Input(5)] [Rnn(3)] [MeanOverTime] [Conv1d(4,2)] [MeanSquaredError]", "(6,2): error FSQ014: [Conv1d(4, 2)] cannot follow [MeanOverTime]: only one step is left to read. Move [MeanOverTime] below [Conv1d(4, 2)].")]
    [InlineData("[Input(5)] [Rnn(3)] [Linear(1)] [CrossEntropy]", "(6,2): error FSQ016: [CrossEntropy] cannot follow an output of size 1 ([Linear(1)]): one class leaves nothing to tell apart. Use a size of 2 or more, or [MeanSquaredError].")]
    [InlineData("[Input(5)] [Rnn(1)] [LastStep] [CrossEntropy]", "(6,2): error FSQ016: [CrossEntropy] cannot follow an output of size 1 ([Rnn(1)]): one class leaves nothing to tell apart. Use a size of 2 or more, or [MeanSquaredError].")]
    [InlineData("[Input(5)] [Rnn(3)] [Linear(4)] [Relu] [Dropout(0.5f)] [CrossEntropy]", "(8,2): warning FSQ017: [CrossEntropy] after [Relu]: it applies the softmax itself and expects unbounded outputs. Remove [Relu].")]
    [InlineData("[Input(5)] [Rnn(3)] [Softmax] [CrossEntropy]", "(6,2): warning FSQ017: [CrossEntropy] after [Softmax]: it applies the softmax itself and expects unbounded outputs. Remove [Softmax].")]
    public void WrongOrder_NamesBothLayersAndTheMend(string layers, string expected) => Check(layers, expected);

    [Theory]
    [InlineData("[Input(5)] [Residual] [LayerNorm] [Lstm(3)] [MeanSquaredError]", "(4,2): error FSQ046: [Residual] cannot go around [LayerNorm]: the layer directly below it must be [Rnn], [Lstm], [Gru], [Linear] or [Conv1d]. Move it above one, or merge rows with [Skip].")]
    [InlineData("[Input(5)] [Lstm(3)] [Residual] [MeanSquaredError]", "(5,2): error FSQ046: [Residual] cannot go around the loss: the layer directly below it must be [Rnn], [Lstm], [Gru], [Linear] or [Conv1d]. Move it above one, or merge rows with [Skip].")]
    [InlineData("[Input(5)] [Lstm(3)] [Linear(5)] [Skip(\"lstm1\")] [MeanSquaredError]", "(6,2): error FSQ047: [Skip(\"lstm1\")]: no layer above it is named 'lstm1'. Name one of these: 'input', 'lstm', 'linear'.")]
    [InlineData("[Input(5)] [Skip(null!)] [Lstm(3)] [MeanSquaredError]", "(4,2): error FSQ047: [Skip(null)]: no layer above it is named ''. Name one of these: 'input'.")]
    [InlineData("[Input(5)] [Residual] [Lstm(3)] [Skip(\"lstm\")] [MeanSquaredError]", "(6,2): error FSQ048: [Skip(\"lstm\")] reads the rows of [Lstm(3)] anyway: it stands directly below. Name an earlier layer, or move [Skip(\"lstm\")] below another one.")]
    [InlineData("[Input(5)] [Residual] [Linear(5)] [Relu] [Skip(\"linear\")] [Lstm(3)] [MeanSquaredError]", "(7,2): error FSQ048: [Skip(\"linear\")] reads the rows of [Linear(5)] anyway: it stands directly below. Name an earlier layer, or move [Skip(\"linear\")] below another one.")]
    [InlineData("[Input(5)] [Lstm(3)] [LastStep] [Linear(3)] [Skip(\"lstm\")] [MeanSquaredError]", "(7,2): error FSQ049: [Skip(\"lstm\")] cannot merge the rows of [Lstm(3)], one a time step, with those below [LastStep], one a sequence. Move it above [LastStep].")]
    [InlineData("[Input(5)] [Residual] [Conv1d(5,3,Stride=2)] [Lstm(3)] [MeanSquaredError]", "(4,2): error FSQ055: [Residual] cannot go around [Conv1d(5, 3, Stride = 2)]: it gives another number of time steps than it reads, so their rows cannot be added. Declare it without Stride and with Padding.Causal or Padding.Same, or remove [Residual].")]
    [InlineData("[Input(5)] [Lstm(3)] [Conv1d(3,3,Padding=Padding.Valid)] [Skip(\"lstm\")] [MeanSquaredError]", "(6,2): error FSQ056: [Skip(\"lstm\")] cannot merge the rows of [Lstm(3)] with those below [Conv1d(3, 3, Padding = Padding.Valid)], which gives another number of time steps than it reads. Move it above [Conv1d(3, 3, Padding = Padding.Valid)].")]
    [InlineData("[Input(5)] [Lstm(3)] [Linear(3)] [Skip(\"lstm\",Merge=(Merge)4)] [MeanSquaredError]", "(6,2): error FSQ031: [Skip(\"lstm\", Merge = (Merge)4)]: Merge must be Merge.Concat, Merge.Sum, Merge.Mean or Merge.Product.")]
    [InlineData("[Input(5)] [Residual(Frozen=true)] [Lstm(5,Layers=2)] [MeanSquaredError]", "(4,2): error FSQ042: [Residual(Frozen = true)]: Frozen has no use: [Lstm(5, Layers = 2)] reads and gives rows of 5, which are added as they are: there is nothing that could learn. Remove Frozen.")]
    [InlineData("[Input(5)] [Lstm(3)] [Linear(4)] [Skip(\"lstm\",Merge=Merge.Concat,Frozen=true)] [MeanSquaredError]", "(6,2): error FSQ042: [Skip(\"lstm\", Merge = Merge.Concat, Frozen = true)]: Frozen has no use: the rows of [Lstm(3)] are merged as they are: there is nothing that could learn. Remove Frozen.")]
    [InlineData("[Input(5)] [Lstm(3)] [Linear(3)] [Skip(\"lstm\",Frozen=true)] [MeanSquaredError]", "(6,2): error FSQ042: [Skip(\"lstm\", Frozen = true)]: Frozen has no use: the rows of [Lstm(3)] are merged as they are: there is nothing that could learn. Remove Frozen.")]
    [InlineData("[Input(5)] [LayerNorm] [Embedding(9,2,Column=0)] [Lstm(3)] [MeanSquaredError]", "(5,2): error FSQ053: [Embedding(9, 2, Column = 0)] cannot follow [LayerNorm]: an embedding of a column reads the features of [Input]. Move it directly below [Input].")]
    [InlineData("[Embedding(5,2)] [Embedding(9,2,Column=0)] [Lstm(3)] [MeanSquaredError]", "(4,2): error FSQ053: [Embedding(9, 2, Column = 0)] cannot follow [Embedding(5, 2)]: an embedding of a column reads the features of [Input]. Move it directly below [Input].")]
    [InlineData("[Input(5)] [Embedding(9,2,Column=5)] [Lstm(3)] [MeanSquaredError]", "(4,2): error FSQ002: [Embedding(9, 2, Column = 5)]: Column must be between 0 and 4.")]
    [InlineData("[Input(5)] [Embedding(9,2,Column=-2)] [Lstm(3)] [MeanSquaredError]", "(4,2): error FSQ002: [Embedding(9, 2, Column = -2)]: Column must be between 0 and 4.")]
    [InlineData("[Input(5)] [Embedding(9,2,Column=4)] [Embedding(7,1,Column=4)] [Lstm(3)] [MeanSquaredError]", "(5,2): error FSQ054: [Embedding(7, 1, Column = 4)]: column 4 has an embedding already, [Embedding(9, 2, Column = 4)]. Give it another column, or remove one of them.")]
    [InlineData("[Embedding(9,2,Column=0)] [Lstm(3)] [MeanSquaredError]", "(6,1): error FSQ003: 'Tagger' has no first layer. Add [Input(features)] or [Embedding(vocabulary, size)] above its other layers.")]
    public void WrongConnection_NamesTheLayersAndTheMend(string layers, string expected) => Check(layers, expected);

    [Theory]
    [InlineData("Lstm(3, Peepholes = true)", "(4,2): error FSQ044: [Lstm(3, Peepholes = true)]: Peepholes is not there for a model with weights in Int8. Remove Peepholes, or Weights from [SequenceModel].")]
    [InlineData("Gru(3, LayerNorm = true)", "(4,2): error FSQ044: [Gru(3, LayerNorm = true)]: LayerNorm is not there for a model with weights in Int8. Remove LayerNorm, or Weights from [SequenceModel].")]
    [InlineData("Lstm(3, ProjectionSize = 2)", "(4,2): error FSQ044: [Lstm(3, ProjectionSize = 2)]: ProjectionSize is not there for a model with weights in Int8. Remove ProjectionSize, or Weights from [SequenceModel].")]
    public void OptionWithoutPackedForm_IsAnErrorInQuantisedModels(string layer, string expected)
    {
        GeneratorOutcome outcome = Harness.Run($"using FastSeq;\n[SequenceModel(Weights = WeightFormat.Int8)]\n[Input(5)]\n[{layer}]\n[MeanSquaredError]\npublic sealed partial class Tagger;\n");
        Assert.Null(outcome.Crash);
        Assert.Equal([expected], outcome.Reported);
        Assert.Empty(outcome.Files);
    }

    [Fact]
    public void ConnectionThatProjects_CanBeFrozen() => Check("[Input(5)] [Residual(Frozen=true)] [Lstm(3,Layers=2)] [Skip(\"input\",Frozen=true)] [MeanSquaredError]");

    [Fact]
    public void NothingToLearn_NamesALayerToFree() => Check(
        "[Input(5), Lstm(3, Frozen = true), Relu, LayerNorm(Frozen = true), MeanSquaredError]",
        "(4,1): error FSQ045: 'Tagger' has nothing to learn: every layer with parameters has Frozen = true. Remove Frozen from one of them, the last for example: [LayerNorm(Frozen = true)].");

    [Fact]
    public void EmptyDeclaration_ReportsEverythingMissing() => Check(
        "[System.Serializable]",
        "(4,1): error FSQ003: 'Tagger' has no first layer. Add [Input(features)] or [Embedding(vocabulary, size)] above its other layers.",
        "(4,1): error FSQ007: 'Tagger' has no loss. Add [CrossEntropy] or [MeanSquaredError] as its last attribute.",
        "(4,1): error FSQ009: 'Tagger' has no recurrent layer. Add [Rnn(size)], [Lstm(size)] or [Gru(size)] below its first layer.");

    [Theory]
    [InlineData("[Embedding(16777216,8192)] [Lstm(3)] [MeanSquaredError]", "(6,1): error FSQ026: 'Tagger' has 137,438,953,472 parameters, 137,438,953,472 of them in [Embedding(16777216, 8192)]: at most 2,000,000,000 fit one buffer. Make [Embedding(16777216, 8192)] smaller.", 98364)]
    [InlineData("[Input(1)] [Lstm(7,Layers=2)] [Lstm(512,Layers=64)] [MeanSquaredError]", "(7,1): error FSQ027: 'Tagger' has a state of 262,256 bytes, 262,144 of them in [Lstm(512, Layers = 64)]: at most 262,144 fit on a stack. Make [Lstm(512, Layers = 64)] smaller.", 0)]
    [InlineData("[Input(1)] [Gru(2,Layers=64)] [Gru(2,Layers=64)] [Gru(2,Layers=64)] [Gru(2,Layers=64)] [MeanSquaredError]", "(9,1): error FSQ033: 'Tagger' has 257 layers, stacked ones included: at most 256 are supported. Remove layers, or lower Layers.", 0)]
    public void TooLargeAltogether_NamesTheLargestLayer(string layers, string expected, long others)
    {
        // The embedding's count is the whole but for what the LSTM of 3 units adds: 4 gates x 3 units x (8192 inputs + 3 units + 2 biases).
        Check(layers, others == 0 ? expected : expected.Replace("has 137,438,953,472", "has 137,439,051,836", StringComparison.Ordinal));
        Assert.Equal(others == 0 ? 0 : 4 * 3 * (8192 + 3 + 2), others);
    }

    [Fact]
    public void LargestSizes_AreAccepted() => Check("[Embedding(16777216,1)] [Gru(8192,Layers=4)] [Linear(65536)] [CrossEntropy]");

    private static void Check(string layers, params string[] expected)
    {
        string lines = layers.Replace("] [", "]\n[", StringComparison.Ordinal);
        GeneratorOutcome outcome = Harness.Run($"using FastSeq;\n[SequenceModel]\n{lines}\npublic sealed partial class Tagger;\n");
        Assert.Null(outcome.Crash);
        Assert.Equal(expected, outcome.Reported);
        Assert.Equal(expected.Any(line => line.Contains("error", StringComparison.Ordinal)) ? 0 : 1, outcome.Files.Count);
    }
}
