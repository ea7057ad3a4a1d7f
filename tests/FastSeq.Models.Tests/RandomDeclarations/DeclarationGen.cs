using System.Globalization;
using CsCheck;

namespace FastSeq.Tests.RandomDeclarations;

/// <summary>Random declarations: layers of any kind, in any order and of any size that the rules allow, as the source text of their attributes.</summary>
public static class DeclarationGen
{
    // Around the lanes of vectors and the registers of tiles, and anything between.
    private static readonly Gen<int> Size = Gen.OneOf(
        Gen.Int[1, 9], Gen.OneOf(15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65), Gen.Int[1, 40]);

    private static readonly Gen<string> Activation = Gen.OneOf("", "", "[Relu]", "[Tanh]", "[Sigmoid]");

    private static readonly string[] IllConditioned = ["LayerNorm", "Softmax", "AttentionPooling"];

    // At a corner float and double may be on different sides.
    private static readonly string[] Cornered = ["Clip", "HardSigmoid", "LeakyRelu", "ThresholdedRelu", "Elu"];

    private static readonly Gen<string> Probability = Gen.Int[0, 9].Select(tenths => (tenths / 10f).ToString(CultureInfo.InvariantCulture) + "f");

    private static readonly Gen<string> Linear = Gen.Select(Size, Gen.OneOf("", "", ", Bias = false"), Activation, (size, bias, activation) => $"[Linear({size}{bias})]{activation}");

    private static readonly Gen<string> Dropout = Probability.Select(p => $"[Dropout({p})]");

    private static readonly Gen<string> VariationalDropout = Probability.Select(p => $"[Dropout({p}, Variational = true)]");

    private static readonly Gen<string> Recurrent = CellGen.Of(Size);

    private static readonly Gen<string> TableOption = Gen.OneOf("", "", "", ", Frozen = true", ", Dropout = 0.2f", ", Dropout = 0.4f, Frozen = true");

    // Tokens beside features are not dropped (FSQ052).
    private static readonly Gen<string> ColumnOption = Gen.OneOf("", "", ", Frozen = true");

    private static readonly Gen<string> First = Gen.OneOf(
        Size.Select(features => $"[Input({features}, Name = \"first\")]"),
        Gen.Select(Size, Size, Size, ColumnOption, (features, vocabulary, size, option) => $"[Input({features}, Name = \"first\")][Embedding({vocabulary}, {size}, Column = {features / 2}{option})]"),
        Gen.Select(Size, Size, Size, ColumnOption, (features, vocabulary, size, option) =>
            $"[Input({features + 1}, Name = \"first\")][Embedding({vocabulary}, {size}, Column = {features})][Embedding({size}, {vocabulary}, Column = {(features - 1) / 2}{option})]"),
        Gen.Select(Size, Size, TableOption, (vocabulary, size, option) => $"[Embedding({vocabulary}, {size}, Name = \"first\"{option})]"));

    // With a larger Epsilon than the default: of rows of nearly equal numbers, normalisation would enlarge the roundings of float, too.
    private static readonly Gen<string> Pointwise = Gen.OneOf(
        "[Relu]", "[Tanh]", "[Sigmoid]", "[Gelu]", "[Gelu(Approximate = GeluApproximation.Tanh)]", "[Softmax]", "[LayerNorm(Epsilon = 0.01)]", "[LayerNorm(Epsilon = 0.1, Bias = false)]", "[LayerNorm(Epsilon = 0.1, Frozen = true)]");

    private static readonly Gen<string> Convolution = Gen.Select(
        Size, Gen.Int[1, 5], Gen.Int[1, 3], Activation, (size, taps, dilation, activation) => $"[Conv1d({size}, {taps}, Dilation = {dilation})]{activation}");

    // Few, as they end what skip connections can reach; so many time steps are left that sequences have outputs.
    private static readonly Gen<string> StridedConvolution = Gen.Select(
        Size, Gen.Int[2, 4], Gen.Int[1, 2], Gen.Int[1, 3], Gen.OneOf("Causal", "Valid", "Same", "Both, PaddingSize = 1"), Activation,
        (size, taps, dilation, stride, padding, activation) => $"[Conv1d({size}, {taps}, Dilation = {dilation}, Stride = {stride}, Padding = Padding.{padding})]{activation}");

    private static readonly Gen<string> Residual = Gen.OneOf(Recurrent, Linear, Convolution).Select(layer => "[Residual]" + layer);

    // Below another layer, so that there is something to skip.
    private static readonly Gen<string> Skip = Gen.Select(
        Gen.OneOf(Linear, Dropout, Pointwise), Gen.OneOf("Concat", "Sum", "Mean", "Product"), (layer, merge) => $"{layer}[Skip(\"first\", Merge = Merge.{merge})]");

    // A later layer than the first, by a name of its own ("mid", numbered by its place), of another size: projections that learn or not.
    private static readonly Gen<string> NamedSkip = Gen.Select(
        Size, Gen.Int[1, 9], Gen.OneOf("Sum", "Mean", "Product"), Gen.OneOf("", ", Frozen = true"),
        (size, more, merge, frozen) => $"[Linear({size}, Name = \"mid\")][Tanh][Linear({size + more})][Skip(\"mid\", Merge = Merge.{merge}{frozen})]");

    private static readonly Gen<string> FrozenProjection = Gen.Select(
        Size, Gen.Int[1, 9], (size, more) => $"[Linear({size})][Residual(Frozen = true)][Conv1d({size + more}, 2)]");

    // The recurrent layer that every model has always learns.
    private static readonly Gen<string> Body = Gen.Frequency(
        (3, Recurrent), (2, Linear), (1, Dropout), (1, VariationalDropout), (1, Pointwise), (1, Convolution), (2, Residual), (1, Skip), (1, NamedSkip), (1, FrozenProjection),
        (2, Gen.OneOf(Recurrent, Linear, Convolution).Select(Frozen)), (1, Gen.OneOf(Recurrent, Linear).Select(layer => "[Residual]" + Frozen(layer))));

    private static readonly Gen<string> Head = Gen.Frequency((3, Linear), (1, Dropout), (1, Pointwise), (1, Linear.Select(linear => "[Residual]" + linear)));

    private static readonly Gen<string> Pooling = Gen.OneOf("", "", "[LastStep]", "[MeanOverTime]", "[MaxOverTime]", "[AttentionPooling]", "[AttentionPooling(Frozen = true)]");

    private static readonly Gen<string> Loss = Gen.OneOf(
        "[Linear(7)][CrossEntropy]", "[MeanSquaredError]", "[Linear(3)][CrossEntropy(LabelSmoothing = 0.1f, IgnoreIndex = -1, ClassWeights = new[] { 1f, 2f, 0.5f })]",
        "[Linear(4)][Ctc(Blank = 3)]", "[Linear(5)][Ctc(ZeroInfinity = true)]", "[BinaryCrossEntropy]", "[Linear(2)][BinaryCrossEntropy(PositiveWeights = new[] { 0.5f, 3f })]", "[MeanAbsoluteError]", "[Huber]", "[Huber(0.5f)]", "[Linear(6)][Quantile(0.25f, 0.5f)]");

    private static string Frozen(string layer) => layer.Insert(layer.IndexOf(")]", StringComparison.Ordinal), ", Frozen = true");

    /// <summary>The attributes of one model, without [SequenceModel].</summary>
    public static readonly Gen<string> Attributes = Gen.Frequency((8, Chain), (1, Tied), (2, Strided));

    /// <summary>One model, named by its place among those that are compiled together.</summary>
    /// <remarks>
    /// With a normalisation or weights that sum up to 1, or with functions that have corners, always in double: at a corner float and double may be on different sides, and the others' gradients are differences of nearly equal numbers, which magnify the rounding of float without a bound,
    /// so that no tolerance would be right. Declared models have them in float, too.
    /// </remarks>
    public static readonly Gen<(string Attributes, bool IsDouble)> Model =
        Gen.Select(Attributes, Gen.Bool, (attributes, isDouble) => (attributes, isDouble || IllConditioned.Concat(Cornered).Any(part => attributes.Contains(part, StringComparison.Ordinal))));

    /// <summary>Whether the loss of a model is smooth in its parameters, and does not grow without a bound, so that differences of it show its gradient.</summary>
    public static bool IsSmooth(string attributes)
        => !Cornered.Concat(["Relu", "MaxOverTime", "Affine", "Softplus", "MeanAbsoluteError", "Huber", "Quantile"]).Any(part => attributes.Contains(part, StringComparison.Ordinal));

    private static Gen<string> Chain => Gen.Select(
        First, Body.Array[0, 2], Recurrent, Gen.OneOf(Gen.Const(""), Linear, Dropout, Pointwise, Convolution, Residual, Skip), Pooling, Head.Array[0, 2], Loss,
        (first, body, recurrent, after, pooling, head, loss) =>
            first + string.Concat(body.Select((layer, place) => layer.Replace("mid", $"mid{place}", StringComparison.Ordinal))) + recurrent + after + (loss.Contains("Ctc", StringComparison.Ordinal) ? "" : pooling) + string.Concat(head) + loss);

    private static Gen<string> Tied => Gen.Select(
        Size.Select(size => Math.Max(2, size)), Size, Recurrent, Pooling,
        (vocabulary, size, recurrent, pooling) => $"[Embedding({vocabulary}, {size})]{recurrent}{pooling}[Linear({size})][Linear({vocabulary}, Tied = true)][CrossEntropy]");

    private static Gen<string> Strided => Gen.Select(
        First, Gen.OneOf(Gen.Const(""), Recurrent, Linear), StridedConvolution, Recurrent, Gen.OneOf(Gen.Const(""), Gen.Const(""), StridedConvolution), Pooling, Head.Array[0, 1], Loss,
        (first, before, convolution, recurrent, after, pooling, head, loss) =>
            first + before + convolution + recurrent + after + (loss.Contains("Ctc", StringComparison.Ordinal) ? "" : pooling) + string.Concat(head) + loss);
}
