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

    private static readonly Gen<string> Probability = Gen.Int[0, 9].Select(tenths => (tenths / 10f).ToString(CultureInfo.InvariantCulture) + "f");

    private static readonly Gen<string> Linear = Gen.Select(Size, Activation, (size, activation) => $"[Linear({size})]{activation}");

    private static readonly Gen<string> Dropout = Probability.Select(p => $"[Dropout({p})]");

    private static readonly Gen<string> VariationalDropout = Probability.Select(p => $"[Dropout({p}, Variational = true)]");

    private static readonly Gen<string> Way = Gen.Frequency(
        (5, Gen.Const("")),
        (1, Gen.Const(", LearnInitialState = true")),
        (1, Gen.Const(", Direction = Direction.Reverse")),
        (2, Gen.OneOf("Concat", "Sum", "Mean", "Product").Select(merge => $", Direction = Direction.Bidirectional, Merge = Merge.{merge}")));

    // Much is dropped where a tenth or two would do, so that a wrong mask shows.
    private static readonly Gen<string> Masks = Gen.OneOf(
        "", "", "", "", ", InputDropout = 0.3f", ", RecurrentDropout = 0.4f", ", Zoneout = 0.25f", ", WeightDrop = 0.5f", ", Zoneout = 0.1f, WeightDrop = 0.2f, RecurrentDropout = 0.1f, InputDropout = 0.2f");

    private static readonly Gen<string> Bias = Gen.OneOf("", "", "", ", Bias = false");

    // Smooth ones: at a corner float and double may be on different sides.
    private static readonly Gen<string> Gate = Gen.OneOf("Sigmoid", "Tanh", "Softsign");

    private static readonly Gen<string> Function = Gen.OneOf("Sigmoid", "Tanh", "Softsign", "Softplus", "ScaledTanh", "Affine");

    private static readonly Gen<string> Cell = Gen.Frequency(
        (6, Gen.OneOf("Rnn({0}", "Rnn({0}, Activation = RnnActivation.Relu", "Gru({0}", "Gru({0}, Reset = GruReset.BeforeProduct", "Lstm({0}", "Lstm({0}, Coupled = true", "Lstm({0}, Peepholes = true", "Lstm({0}, CellZoneout = 0.3f")),
        (1, Gen.OneOf("Lstm({0}, LayerNorm = true", "Gru({0}, LayerNorm = true")),
        (1, Function.Select(f => $"Rnn({{0}}, Activation = RnnActivation.{f}")),
        (1, Gen.Select(Gate, Function, (f, g) => $"Gru({{0}}, GateActivation = RnnActivation.{f}, CandidateActivation = RnnActivation.{g}")),
        (1, Gen.Select(Gate, Function, Function, (f, g, h) => $"Lstm({{0}}, GateActivation = RnnActivation.{f}, CellActivation = RnnActivation.{g}, OutputActivation = RnnActivation.{h}")));

    private static readonly Gen<string> Recurrent = Gen.Select(
        Cell, Gen.Select(Bias, Masks, (bias, masks) => bias + masks), Size, Gen.OneOf(1, 1, 1, 2, 3), Probability, Way,
        (form, options, size, layers, p, way) =>
        {
            string arguments = layers == 1 ? $"{size}" : $"{size}, Layers = {layers}, Dropout = {p}";
            return $"[{string.Format(CultureInfo.InvariantCulture, form, arguments)}{(form.Contains("LayerNorm", StringComparison.Ordinal) ? "" : options)}{way})]";
        });

    private static readonly Gen<string> First = Gen.OneOf(
        Size.Select(features => $"[Input({features}, Name = \"first\")]"),
        Gen.Select(Size, Size, Size, (features, vocabulary, size) => $"[Input({features}, Name = \"first\")][Embedding({vocabulary}, {size}, Column = {features / 2})]"),
        Gen.Select(Size, Size, Gen.OneOf("", "", "", ", Frozen = true", ", Dropout = 0.2f"), (vocabulary, size, frozen) => $"[Embedding({vocabulary}, {size}, Name = \"first\"{frozen})]"));

    // With a larger Epsilon than the default: of rows of nearly equal numbers, normalisation would enlarge the roundings of float, too.
    private static readonly Gen<string> Pointwise = Gen.OneOf(
        "[Relu]", "[Tanh]", "[Sigmoid]", "[Gelu]", "[Gelu(Approximate = GeluApproximation.Tanh)]", "[Softmax]", "[LayerNorm(Epsilon = 0.01)]", "[LayerNorm(Epsilon = 0.1, Bias = false)]");

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

    // The recurrent layer that every model has always learns.
    private static readonly Gen<string> Body = Gen.Frequency(
        (3, Recurrent), (2, Linear), (1, Dropout), (1, VariationalDropout), (1, Pointwise), (1, Convolution), (2, Residual), (1, Skip),
        (2, Gen.OneOf(Recurrent, Linear, Convolution).Select(Frozen)), (1, Gen.OneOf(Recurrent, Linear).Select(layer => "[Residual]" + Frozen(layer))));

    private static readonly Gen<string> Head = Gen.Frequency((3, Linear), (1, Dropout), (1, Pointwise), (1, Linear.Select(linear => "[Residual]" + linear)));

    private static readonly Gen<string> Pooling = Gen.OneOf("", "", "[LastStep]", "[MeanOverTime]", "[MaxOverTime]", "[AttentionPooling]");

    private static readonly Gen<string> Loss = Gen.OneOf(
        "[Linear(7)][CrossEntropy]", "[MeanSquaredError]", "[Linear(3)][CrossEntropy(LabelSmoothing = 0.1f, IgnoreIndex = -1, ClassWeights = new[] { 1f, 2f, 0.5f })]",
        "[Linear(4)][Ctc(Blank = 3)]", "[BinaryCrossEntropy]", "[MeanAbsoluteError]", "[Huber(0.5f)]", "[Linear(6)][Quantile(0.25f, 0.5f)]");

    private static string Frozen(string layer) => layer.Insert(layer.IndexOf(")]", StringComparison.Ordinal), ", Frozen = true");

    /// <summary>The attributes of one model, without [SequenceModel].</summary>
    public static readonly Gen<string> Attributes = Gen.Frequency((8, Chain), (1, Tied), (2, Strided));

    /// <summary>One model, named by its place among those that are compiled together.</summary>
    /// <remarks>
    /// With a normalisation or weights that sum up to 1 always in double: their gradients are differences of nearly equal numbers, which magnify the rounding of float without a bound,
    /// so that no tolerance would be right. Declared models have them in float, too.
    /// </remarks>
    public static readonly Gen<(string Attributes, bool IsDouble)> Model =
        Gen.Select(Attributes, Gen.Bool, (attributes, isDouble) => (attributes, isDouble || IllConditioned.Any(layer => attributes.Contains(layer, StringComparison.Ordinal))));

    private static Gen<string> Chain => Gen.Select(
        First, Body.Array[0, 2], Recurrent, Gen.OneOf(Gen.Const(""), Linear, Dropout, Pointwise, Convolution, Residual, Skip), Pooling, Head.Array[0, 2], Loss,
        (first, body, recurrent, after, pooling, head, loss) =>
            first + string.Concat(body) + recurrent + after + (loss.Contains("Ctc", StringComparison.Ordinal) ? "" : pooling) + string.Concat(head) + loss);

    private static Gen<string> Tied => Gen.Select(
        Size.Select(size => Math.Max(2, size)), Size, Recurrent, Pooling,
        (vocabulary, size, recurrent, pooling) => $"[Embedding({vocabulary}, {size})]{recurrent}{pooling}[Linear({size})][Linear({vocabulary}, Tied = true)][CrossEntropy]");

    private static Gen<string> Strided => Gen.Select(
        First, Gen.OneOf(Gen.Const(""), Recurrent, Linear), StridedConvolution, Recurrent, Gen.OneOf(Gen.Const(""), Gen.Const(""), StridedConvolution), Pooling, Head.Array[0, 1], Loss,
        (first, before, convolution, recurrent, after, pooling, head, loss) =>
            first + before + convolution + recurrent + after + (loss.Contains("Ctc", StringComparison.Ordinal) ? "" : pooling) + string.Concat(head) + loss);
}
