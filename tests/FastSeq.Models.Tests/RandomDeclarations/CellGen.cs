using System.Globalization;
using CsCheck;

namespace FastSeq.Tests.RandomDeclarations;

/// <summary>Random recurrent layers: every cell with any of its options, each drawn by itself, as far as the rules allow them together.</summary>
public static class CellGen
{
    // Those that stay between bounds: fed back for 13 time steps, others grow until float has nothing left to compare, so they are few.
    private static readonly Gen<string> Bounded = Gen.OneOf(
        Gen.OneOf("Sigmoid", "Tanh", "Softsign").Select(name => Function(name)),
        Gen.Select(Tenth(1, 5), Tenth(2, 6), (alpha, beta) => Function("HardSigmoid", alpha, beta)),
        Gen.Select(Tenth(5, 12), Tenth(5, 12), (alpha, beta) => Function("ScaledTanh", alpha, beta)));

    private static readonly Gen<string> Unbounded = Gen.OneOf(
        Gen.OneOf("Relu", "Softplus", "HardSigmoid", "Affine", "LeakyRelu", "ThresholdedRelu", "ScaledTanh", "Elu").Select(name => Function(name)),
        Gen.Select(Tenth(1, 5), Tenth(0, 5), (alpha, beta) => Function("Affine", alpha, beta)),
        Gen.Select(Gen.OneOf("LeakyRelu", "ThresholdedRelu", "Elu"), Tenth(1, 6), (name, alpha) => Function(name, alpha)));

    private static readonly Gen<string> Any = Gen.Frequency((2, Bounded), (1, Unbounded));

    private static readonly Gen<string> Probability = Gen.OneOf("0.1f", "0.25f", "0.4f");

    private static readonly Gen<string> Way = Gen.Select(
        Gen.Frequency(
            (5, Gen.Const("")), (1, Gen.Const(", Direction = Direction.Reverse")),
            (2, Gen.OneOf("Concat", "Sum", "Mean", "Product").Select(merge => $", Direction = Direction.Bidirectional, Merge = Merge.{merge}"))),
        Sometimes("LearnInitialState = true", 5), (way, learned) => way + learned);

    // Much is dropped where a tenth or two would do, so that a wrong mask shows.
    private static readonly Gen<string> Masks = Gen.Select(
        Sometimes(Probability.Select(p => "InputDropout = " + p), 8), Sometimes(Probability.Select(p => "RecurrentDropout = " + p), 8), Sometimes(Probability.Select(p => "WeightDrop = " + p), 8),
        (input, recurrent, weights) => input + recurrent + weights);

    private static readonly Gen<string> Zoneout = Sometimes(Probability.Select(p => "Zoneout = " + p), 6);

    private static readonly Gen<string> Shared = Gen.Select(
        Sometimes("Bias = false", 4), Sometimes(Tenth(4, 15).Select(bound => "InputClip = " + bound), 8), Masks, (bias, clip, masks) => bias + clip + masks);

    private static readonly Gen<Func<int, string>> Rnn = Gen.Select(
        Sometimes(Any.Select(f => Named(f, "")), 2), Zoneout, (f, zoneout) => (Func<int, string>)(size => f + zoneout));

    private static readonly Gen<Func<int, string>> Gru = Gen.Select(
        Sometimes("Reset = GruReset.BeforeProduct", 2), Sometimes(Bounded.Select(f => Named(f, "Gate")), 4), Sometimes(Any.Select(f => Named(f, "Candidate")), 4), Zoneout,
        (reset, gate, candidate, zoneout) => (Func<int, string>)(size => reset + gate + candidate + zoneout));

    private static readonly Gen<string> LstmGates = Gen.Select(
        Gen.OneOf(Sometimes("Coupled = true", 4), Sometimes("ForgetBias = 1", 4)), Sometimes("Peepholes = true", 3), Sometimes(Tenth(2, 9).Select(bound => "CellClip = " + bound), 5),
        Sometimes(Probability.Select(p => "CellZoneout = " + p), 6), (gates, peepholes, clip, zoneout) => gates + peepholes + clip + zoneout);

    private static readonly Gen<string> LstmFunctions = Gen.Select(
        Sometimes(Bounded.Select(f => Named(f, "Gate")), 4), Sometimes(Any.Select(f => Named(f, "Cell")), 4), Sometimes(Any.Select(f => Named(f, "Output")), 4), (f, g, h) => f + g + h);

    private static readonly Gen<Func<int, string>> Lstm = Gen.Select(
        LstmGates, LstmFunctions, Gen.Select(Gen.Int[0, 3], Gen.Int[1, 100]), Zoneout,
        (gates, functions, projection, zoneout) => (Func<int, string>)(size =>
            gates + functions + (projection.Item1 == 0 && size > 1 ? $", ProjectionSize = {1 + (projection.Item2 * (size - 2) / 100)}" : zoneout)));

    /// <summary>A layer or a stack.</summary>
    public static Gen<string> Of(Gen<int> sizes) => Gen.Frequency(
        (2, Layer(sizes, "Rnn", Rnn, Shared)), (4, Layer(sizes, "Gru", Gru, Shared)), (5, Layer(sizes, "Lstm", Lstm, Shared)),
        (1, Layer(sizes, "Gru", Normalized, Gen.Const(""))), (1, Layer(sizes, "Lstm", Normalized, Gen.Const(""))));

    // The published cells, which take no other option of a cell.
    private static readonly Gen<Func<int, string>> Normalized = Gen.Const((Func<int, string>)(_ => ", LayerNorm = true"));

    private static Gen<string> Layer(Gen<int> sizes, string kind, Gen<Func<int, string>> cell, Gen<string> shared) => Gen.Select(
        sizes, Gen.OneOf(1, 1, 1, 2, 3), Gen.Int[0, 9], Gen.Select(cell, shared), Way,
        (size, layers, tenths, options, way) =>
            $"[{kind}({size}{(layers == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", Layers = {layers}, Dropout = {tenths / 10f}f"))}{Allowed(options.Item1(size) + options.Item2)}{way})]");

    // Without biases there is none that the forget gate's could begin with (FSQ042).
    private static string Allowed(string options) => options.Contains(" Bias = false", StringComparison.Ordinal) ? options.Replace(", ForgetBias = 1", "", StringComparison.Ordinal) : options;

    private static string Function(string name, string? alpha = null, string? beta = null)
        => $"Activation = RnnActivation.{name}{(alpha is null ? "" : $" Alpha = {alpha}")}{(beta is null ? "" : $" Beta = {beta}")}";

    /// <summary>The option of a place: GateActivation, GateAlpha, GateBeta.</summary>
    private static string Named(string function, string place)
        => function.Replace("Activation =", place + "Activation =", StringComparison.Ordinal).Replace(" Alpha", $", {place}Alpha", StringComparison.Ordinal).Replace(" Beta", $", {place}Beta", StringComparison.Ordinal);

    private static Gen<string> Tenth(int from, int to) => Gen.Int[from, to].Select(tenths => (tenths / 10f).ToString(CultureInfo.InvariantCulture) + "f");

    private static Gen<string> Sometimes(string option, int oneOf) => Sometimes(Gen.Const(option), oneOf);

    private static Gen<string> Sometimes(Gen<string> option, int oneOf) => Gen.Frequency((oneOf - 1, Gen.Const("")), (1, option.Select(text => ", " + text)));
}
