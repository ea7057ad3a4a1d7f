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
    };

    /// <summary>The scalar reference of a case.</summary>
    public static ReferenceModel<double> Reference(string name)
    {
        var model = new ReferenceModel<double>(InputSize);
        return All[name] switch
        {
            LstmAttribute lstm => model.Lstm("layer", lstm.HiddenSize, options: CellOptionsFactory.Of(lstm)),
            GruAttribute gru => model.Gru("layer", gru.HiddenSize, gru.Reset, options: CellOptionsFactory.Of(gru)),
            RecurrentLayerAttribute rnn => model.Rnn("layer", rnn.HiddenSize, options: CellOptionsFactory.Of(rnn)),
        };
    }
}
