using FastSeq.Cells;

namespace FastSeq.Tests.Equivalence;

/// <summary>The options of reference cells from the attributes of layers.</summary>
public static class CellOptionsFactory
{
    public static CellOptions Of(RecurrentLayerAttribute layer)
    {
        var shared = new CellOptions { Bias = layer.Bias, InputClip = layer.InputClip, Zoneout = layer.Zoneout };
        return layer switch
        {
            RnnAttribute rnn => shared with { Candidate = Function(rnn.Activation, rnn.Alpha, rnn.Beta) },
            GruAttribute gru => shared with
            {
                Gate = Function(gru.GateActivation, gru.GateAlpha, gru.GateBeta),
                Candidate = Function(gru.CandidateActivation, gru.CandidateAlpha, gru.CandidateBeta),
                LayerNorm = gru.LayerNorm,
            },
            LstmAttribute lstm => shared with
            {
                Gate = Function(lstm.GateActivation, lstm.GateAlpha, lstm.GateBeta),
                Candidate = Function(lstm.CellActivation, lstm.CellAlpha, lstm.CellBeta),
                Output = Function(lstm.OutputActivation, lstm.OutputAlpha, lstm.OutputBeta),
                Coupled = lstm.Coupled,
                CellClip = lstm.CellClip,
                CellZoneout = lstm.CellZoneout,
                Peepholes = lstm.Peepholes,
                ProjectionSize = lstm.ProjectionSize,
                LayerNorm = lstm.LayerNorm,
            },
            _ => throw new InvalidOperationException(layer.ToString()),
        };
    }

    /// <summary>Whether a layer without biases stays at zero, so that a state decays to it.</summary>
    public static bool RestsAtZero(RecurrentLayerAttribute layer)
    {
        CellOptions options = Of(layer);
        bool Is(CellFunction f) => f.Value(0.0) == 0;
        return !options.LayerNorm && Is(options.Candidate) && (layer is not LstmAttribute || Is(options.Output));
    }

    // What ONNX takes where nothing is given; numbers are floats there, and so in models in double.
    private static CellFunction Function(RnnActivation kind, float alpha, float beta)
    {
        (float usualAlpha, float usualBeta) = kind switch
        {
            RnnActivation.HardSigmoid => (0.2f, 0.5f),
            RnnActivation.Affine => (1f, 0f),
            RnnActivation.LeakyRelu => (0.01f, 0f),
            RnnActivation.ThresholdedRelu or RnnActivation.Elu => (1f, 0f),
            RnnActivation.ScaledTanh => (1f, 1f),
            _ => (0f, 0f),
        };
        return new CellFunction(kind, float.IsNaN(alpha) ? usualAlpha : alpha, float.IsNaN(beta) ? usualBeta : beta);
    }
}
