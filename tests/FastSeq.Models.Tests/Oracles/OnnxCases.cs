using FastSeq.Cells;
using FastSeq.Tests.Equivalence;

namespace FastSeq.Tests.Oracles;

/// <summary>The layers whose ONNX nodes ONNX Runtime has run (RecordOnnx): small ones, each with some of ONNX's attributes.</summary>
public static class OnnxCases
{
    public const int InputSize = 5;

    public const double WeightBound = 0.5;

    public static int[] Lengths { get; } = [6, 1, 9, 3];

    public static IReadOnlyDictionary<string, RecurrentLayerAttribute> All { get; } = new Dictionary<string, RecurrentLayerAttribute>
    {
        ["onnx_lstm"] = new LstmAttribute(7),
        ["onnx_lstm_clip"] = new LstmAttribute(7) { InputClip = 0.25f },
        ["onnx_lstm_coupled"] = new LstmAttribute(7) { Coupled = true },
        ["onnx_lstm_peepholes"] = new LstmAttribute(7) { Peepholes = true },
        ["onnx_lstm_peepholes_coupled_clip"] = new LstmAttribute(7) { Peepholes = true, Coupled = true, InputClip = 0.5f },
        ["onnx_lstm_usual_numbers"] = new LstmAttribute(7)
        {
            GateActivation = RnnActivation.HardSigmoid, CellActivation = RnnActivation.LeakyRelu, OutputActivation = RnnActivation.Elu,
        },
        ["onnx_lstm_numbers"] = new LstmAttribute(7)
        {
            GateActivation = RnnActivation.HardSigmoid, GateAlpha = 0.375f, GateBeta = 0.25f,
            CellActivation = RnnActivation.ScaledTanh, CellAlpha = 1.5f, CellBeta = 0.75f, OutputActivation = RnnActivation.Softsign,
        },
        ["onnx_lstm_softplus"] = new LstmAttribute(7)
        {
            GateActivation = RnnActivation.Softplus, CellActivation = RnnActivation.ThresholdedRelu, CellAlpha = 0.125f, OutputActivation = RnnActivation.Sigmoid,
        },
        ["onnx_lstm_affine"] = new LstmAttribute(7)
        {
            GateActivation = RnnActivation.Affine, GateAlpha = 0.25f, GateBeta = 0.5f, CellActivation = RnnActivation.Relu, OutputActivation = RnnActivation.Tanh, Bias = false,
        },
        ["onnx_gru"] = new GruAttribute(7),
        ["onnx_gru_before"] = new GruAttribute(7) { Reset = GruReset.BeforeProduct },
        ["onnx_gru_clip"] = new GruAttribute(7) { InputClip = 0.25f },
        ["onnx_gru_before_clip"] = new GruAttribute(7) { InputClip = 0.25f, Reset = GruReset.BeforeProduct },
        ["onnx_gru_numbers"] = new GruAttribute(7)
        {
            GateActivation = RnnActivation.HardSigmoid, GateAlpha = 0.375f, GateBeta = 0.25f, CandidateActivation = RnnActivation.Elu, CandidateAlpha = 0.75f,
        },
        ["onnx_gru_before_softsign"] = new GruAttribute(7)
        {
            GateActivation = RnnActivation.Softsign, CandidateActivation = RnnActivation.Softplus, Reset = GruReset.BeforeProduct, Bias = false,
        },
        ["onnx_rnn_relu_clip"] = new RnnAttribute(7) { Activation = RnnActivation.Relu, InputClip = 0.25f },
        ["onnx_rnn_affine"] = new RnnAttribute(7) { Activation = RnnActivation.Affine, Alpha = 0.5f, Beta = 0.125f },
        ["onnx_rnn_thresholded"] = new RnnAttribute(7) { Activation = RnnActivation.ThresholdedRelu, Alpha = 0.25f },
        ["onnx_rnn_scaled_tanh"] = new RnnAttribute(7) { Activation = RnnActivation.ScaledTanh, Alpha = 1.25f, Beta = 0.5f },
        ["onnx_rnn_leaky"] = new RnnAttribute(7) { Activation = RnnActivation.LeakyRelu, Alpha = 0.375f },
        ["onnx_lstm_reverse"] = new LstmAttribute(7) { Direction = Direction.Reverse },
        ["onnx_lstm_bidirectional"] = new LstmAttribute(7) { Direction = Direction.Bidirectional },
        ["onnx_lstm_bidirectional_everything"] = new LstmAttribute(7)
        {
            Direction = Direction.Bidirectional, Peepholes = true, Coupled = true, InputClip = 0.5f,
            GateActivation = RnnActivation.HardSigmoid, GateAlpha = 0.375f, GateBeta = 0.25f, CellActivation = RnnActivation.Softsign, OutputActivation = RnnActivation.ScaledTanh, OutputAlpha = 1.5f, OutputBeta = 0.75f,
        },
        ["onnx_gru_reverse"] = new GruAttribute(7) { Direction = Direction.Reverse, Bias = false },
        ["onnx_gru_bidirectional"] = new GruAttribute(7) { Direction = Direction.Bidirectional },
        ["onnx_gru_before_bidirectional"] = new GruAttribute(7) { Direction = Direction.Bidirectional, Reset = GruReset.BeforeProduct, InputClip = 0.5f },
        ["onnx_rnn_reverse"] = new RnnAttribute(7) { Direction = Direction.Reverse },
        ["onnx_rnn_bidirectional"] = new RnnAttribute(7) { Direction = Direction.Bidirectional, Activation = RnnActivation.Elu, Alpha = 0.75f },
        ["onnx_lstm_initial"] = new LstmAttribute(7),
        ["onnx_lstm_initial_bidirectional_peepholes"] = new LstmAttribute(7) { Direction = Direction.Bidirectional, Peepholes = true },
        ["onnx_gru_initial_bidirectional"] = new GruAttribute(7) { Direction = Direction.Bidirectional },
        ["onnx_gru_initial_before_reverse"] = new GruAttribute(7) { Direction = Direction.Reverse, Reset = GruReset.BeforeProduct },
        ["onnx_rnn_initial"] = new RnnAttribute(7),
    };

    /// <summary>The endings of the names of a layer's parameters and states, one for each direction.</summary>
    public static string[] Directions(RecurrentLayerAttribute layer) => layer.Direction == Direction.Bidirectional ? ["", "_reverse"] : [""];

    /// <summary>The state that a direction begins with, [batch, units]: ONNX's initial_h ("h") or initial_c ("c"); null where the node has none, and begins with zeros.</summary>
    public static float[]? Initial(string name, string kind, string direction)
        => name.Contains("_initial", StringComparison.Ordinal) ? VectorNumbers.Numbers<float>($"{name}.initial.{kind}{direction}", Lengths.Length * All[name].HiddenSize, 1) : null;

    /// <summary>The scalar reference of a case.</summary>
    public static ReferenceModel<double> Reference(string name)
    {
        var model = new ReferenceModel<double>(InputSize);
        RecurrentLayerAttribute layer = All[name];
        CellOptions options = CellOptionsFactory.Of(layer);
        return layer switch
        {
            LstmAttribute => model.Lstm("layer", layer.HiddenSize, direction: layer.Direction, options: options),
            GruAttribute gru => model.Gru("layer", layer.HiddenSize, gru.Reset, direction: layer.Direction, options: options),
            _ => model.Rnn("layer", layer.HiddenSize, direction: layer.Direction, options: options),
        };
    }
}
