using FastSeq.Benchmarks.Peers.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace FastSeq.Tests.Oracles.RecordOnnx;

/// <summary>A layer as a model of one ONNX node, run by ONNX Runtime on sequences of several lengths.</summary>
internal static class OnnxNode
{
    public static (float[] Y, float[] H, float[]? C) Run(string name, RecurrentLayerAttribute layer)
    {
        int[] lengths = OnnxCases.Lengths;
        int hidden = layer.HiddenSize, batch = lengths.Length, steps = lengths.Max();
        byte[] model = Write(name, layer, batch, steps);
        using var session = new InferenceSession(model);
        float[] features = VectorNumbers.Numbers<float>($"{name}.inputs", lengths.Sum() * OnnxCases.InputSize, 1), padded = new float[steps * batch * OnnxCases.InputSize];
        for (int b = 0, row = 0; b < batch; b++)
        {
            for (int t = 0; t < lengths[b]; t++, row++)
            {
                features.AsSpan(row * OnnxCases.InputSize, OnnxCases.InputSize).CopyTo(padded.AsSpan(((t * batch) + b) * OnnxCases.InputSize));
            }
        }

        using OrtValue x = OrtValue.CreateTensorValueFromMemory(padded, [steps, batch, OnnxCases.InputSize]);
        using OrtValue sequenceLengths = OrtValue.CreateTensorValueFromMemory(lengths, [batch]);
        string[] outputs = layer is LstmAttribute ? ["Y", "Y_h", "Y_c"] : ["Y", "Y_h"];
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, ["X", "lengths"], [x, sequenceLengths], outputs);
        ReadOnlySpan<float> all = results[0].GetTensorDataAsSpan<float>();
        var y = new List<float>();
        for (int b = 0; b < batch; b++)
        {
            for (int t = 0; t < lengths[b]; t++)
            {
                y.AddRange(all.Slice(((t * batch) + b) * hidden, hidden));
            }
        }

        return ([.. y], results[1].GetTensorDataAsSpan<float>().ToArray(), layer is LstmAttribute ? results[2].GetTensorDataAsSpan<float>().ToArray() : null);
    }

    private static byte[] Write(string name, RecurrentLayerAttribute layer, int batch, int steps)
    {
        // PyTorch: i f g o, r z n; ONNX: i o f c, z r h. A coupled LSTM has i g o, and ONNX's weights rows of f besides, which must not matter.
        int[] order = layer switch { LstmAttribute { Coupled: true } => [0, 2, -1, 1], LstmAttribute => [0, 3, 1, 2], GruAttribute => [1, 0, 2], _ => [0] };
        int hidden = layer.HiddenSize, gates = order.Max() + 1, rows = order.Length * hidden;
        var graph = new OnnxGraph();
        List<string> inputs =
        [
            graph.Input("X", false, steps, batch, OnnxCases.InputSize),
            graph.Constant("W", Of("weight_ih", OnnxCases.InputSize), 1, rows, OnnxCases.InputSize),
            graph.Constant("R", Of("weight_hh", hidden), 1, rows, hidden),
            layer.Bias ? graph.Constant("B", (float[])[.. Of("bias_ih", 1), .. Of("bias_hh", 1)], 1, 2 * rows) : "",
            graph.Lengths("lengths", batch),
        ];
        if (layer is LstmAttribute { Peepholes: true } peeping)
        {
            // Inputs 5 and 6 are the initial states; P is i, o, f.
            float[] Peephole(string kind) => VectorNumbers.Numbers<float>($"{name}.layer.weight_{kind}_l0", hidden, OnnxCases.WeightBound);
            float[] f = peeping.Coupled ? VectorNumbers.Numbers<float>($"{name}.unused.peephole", hidden, 8) : Peephole("cf");
            inputs.AddRange(["", "", graph.Constant("P", (float[])[.. Peephole("ci"), .. Peephole("co"), .. f], 1, 3 * hidden)]);
        }

        string operation = layer switch { LstmAttribute => "LSTM", GruAttribute => "GRU", _ => "RNN" };
        string[] outputs = layer is LstmAttribute ? ["Y", "Y_h", "Y_c"] : ["Y", "Y_h"];
        graph.Node(operation, [.. inputs], outputs, [.. Attributes(layer)]);
        graph.Output("Y", steps, 1, batch, hidden);
        foreach (string state in outputs.Skip(1))
        {
            graph.Output(state, 1, batch, hidden);
        }

        return graph.ToModel();

        float[] Of(string kind, int columns)
        {
            float[] values = VectorNumbers.Numbers<float>($"{name}.layer.{kind}_l0", gates * hidden * columns, OnnxCases.WeightBound);
            return [.. order.SelectMany(gate => gate < 0
                ? VectorNumbers.Numbers<float>($"{name}.unused.{kind}", hidden * columns, 8)
                : values.AsSpan(gate * hidden * columns, hidden * columns).ToArray())];
        }
    }

    private static IEnumerable<(string Name, object Value)> Attributes(RecurrentLayerAttribute layer)
    {
        yield return ("hidden_size", layer.HiddenSize);
        if (float.IsFinite(layer.InputClip))
        {
            yield return ("clip", layer.InputClip);
        }

        if (layer is GruAttribute { Reset: GruReset.AfterProduct })
        {
            yield return ("linear_before_reset", 1);
        }

        if (layer is LstmAttribute { Coupled: true })
        {
            yield return ("input_forget", 1);
        }

        (RnnActivation Kind, float Alpha, float Beta)[] functions = layer switch
        {
            LstmAttribute lstm =>
            [
                (lstm.GateActivation, lstm.GateAlpha, lstm.GateBeta), (lstm.CellActivation, lstm.CellAlpha, lstm.CellBeta),
                (lstm.OutputActivation, lstm.OutputAlpha, lstm.OutputBeta),
            ],
            GruAttribute gru => [(gru.GateActivation, gru.GateAlpha, gru.GateBeta), (gru.CandidateActivation, gru.CandidateAlpha, gru.CandidateBeta)],
            RnnAttribute rnn => [(rnn.Activation, rnn.Alpha, rnn.Beta)],
            _ => throw new InvalidOperationException(layer.ToString()),
        };
        yield return ("activations", functions.Select(f => f.Kind.ToString()).ToArray());

        // One number for each function that has it, in order.
        float[] alphas = [.. functions.Select(f => f.Alpha).Where(a => !float.IsNaN(a))], betas = [.. functions.Select(f => f.Beta).Where(b => !float.IsNaN(b))];
        if (alphas.Length > 0)
        {
            yield return ("activation_alpha", alphas);
        }

        if (betas.Length > 0)
        {
            yield return ("activation_beta", betas);
        }
    }
}
