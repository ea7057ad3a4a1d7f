using FastSeq.Benchmarks.Peers.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace FastSeq.Tests.Oracles.RecordOnnx;

/// <summary>A layer as a model of one ONNX node, run by ONNX Runtime on sequences of several lengths.</summary>
internal static class OnnxNode
{
    /// <summary>Y of the time steps that there are, one sequence after the other, a row of both directions; Y_h and Y_c [directions, batch, units].</summary>
    public static (float[] Y, float[] H, float[]? C) Run(string name, RecurrentLayerAttribute layer)
    {
        int[] lengths = OnnxCases.Lengths;
        int hidden = layer.HiddenSize, batch = lengths.Length, steps = lengths.Max(), directions = OnnxCases.Directions(layer).Length;
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
                for (int direction = 0; direction < directions; direction++)
                {
                    y.AddRange(all.Slice(((((t * directions) + direction) * batch) + b) * hidden, hidden));
                }
            }
        }

        return ([.. y], results[1].GetTensorDataAsSpan<float>().ToArray(), layer is LstmAttribute ? results[2].GetTensorDataAsSpan<float>().ToArray() : null);
    }

    private static byte[] Write(string name, RecurrentLayerAttribute layer, int batch, int steps)
    {
        // PyTorch: i f g o, r z n; ONNX: i o f c, z r h. A coupled LSTM has i g o, and ONNX's weights rows of f besides, which must not matter.
        int[] order = layer switch { LstmAttribute { Coupled: true } => [0, 2, -1, 1], LstmAttribute => [0, 3, 1, 2], GruAttribute => [1, 0, 2], _ => [0] };
        string[] directions = OnnxCases.Directions(layer);
        int hidden = layer.HiddenSize, gates = order.Max() + 1, rows = order.Length * hidden, count = directions.Length;
        var graph = new OnnxGraph();
        List<string> inputs =
        [
            graph.Input("X", false, steps, batch, OnnxCases.InputSize),
            graph.Constant("W", Each(direction => Of("weight_ih", direction, OnnxCases.InputSize)), count, rows, OnnxCases.InputSize),
            graph.Constant("R", Each(direction => Of("weight_hh", direction, hidden)), count, rows, hidden),
            layer.Bias ? graph.Constant("B", Each(direction => [.. Of("bias_ih", direction, 1), .. Of("bias_hh", direction, 1)]), count, 2 * rows) : "",
            graph.Lengths("lengths", batch),
            OnnxCases.Initial(name, "h", "") is null ? "" : graph.Constant("initial_h", Each(direction => OnnxCases.Initial(name, "h", direction)!), count, batch, hidden),
        ];
        if (layer is LstmAttribute lstm)
        {
            inputs.Add(OnnxCases.Initial(name, "c", "") is null ? "" : graph.Constant("initial_c", Each(direction => OnnxCases.Initial(name, "c", direction)!), count, batch, hidden));
            if (lstm.Peepholes)
            {
                // P is i, o, f.
                inputs.Add(graph.Constant("P", Each(direction => [.. Peephole("ci", direction), .. Peephole("co", direction), .. lstm.Coupled ? Unused("peephole", hidden) : Peephole("cf", direction)]), count, 3 * hidden));
            }
        }

        string operation = layer switch { LstmAttribute => "LSTM", GruAttribute => "GRU", _ => "RNN" };
        string[] outputs = layer is LstmAttribute ? ["Y", "Y_h", "Y_c"] : ["Y", "Y_h"];
        graph.Node(operation, [.. inputs], outputs, [.. Attributes(layer)]);
        graph.Output("Y", steps, count, batch, hidden);
        foreach (string state in outputs.Skip(1))
        {
            graph.Output(state, count, batch, hidden);
        }

        return graph.ToModel();

        float[] Each(Func<string, float[]> of) => [.. directions.SelectMany(of)];

        float[] Unused(string kind, int size) => VectorNumbers.Numbers<float>($"{name}.unused.{kind}", size, 8);

        float[] Peephole(string kind, string direction) => VectorNumbers.Numbers<float>($"{name}.layer.weight_{kind}_l0{direction}", hidden, OnnxCases.WeightBound);

        float[] Of(string kind, string direction, int columns)
        {
            float[] values = VectorNumbers.Numbers<float>($"{name}.layer.{kind}_l0{direction}", gates * hidden * columns, OnnxCases.WeightBound);
            return [.. order.SelectMany(gate => gate < 0 ? Unused(kind, hidden * columns) : values.AsSpan(gate * hidden * columns, hidden * columns).ToArray())];
        }
    }

    private static IEnumerable<(string Name, object Value)> Attributes(RecurrentLayerAttribute layer)
    {
        yield return ("hidden_size", layer.HiddenSize);
        if (layer.Direction != Direction.Forward)
        {
            yield return ("direction", layer.Direction.ToString().ToLowerInvariant());
        }

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
        functions = [.. OnnxCases.Directions(layer).SelectMany(_ => functions)];
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
