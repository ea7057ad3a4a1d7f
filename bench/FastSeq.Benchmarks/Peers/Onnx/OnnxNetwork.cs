using FastSeq.Benchmarks.Workloads;

namespace FastSeq.Benchmarks.Peers.Onnx;

/// <summary>A <see cref="Network"/> as an ONNX model. Values: x -> y, and with the state carried h0, h1, ... (c0, ...) -> h0_next, ...</summary>
static class OnnxNetwork
{
    public static byte[] Write(Network network, NetworkWeights weights, int batch, int timeSteps, bool carryState)
    {
        var graph = new OnnxGraph();
        int hidden = network.HiddenSize;
        string axis0 = graph.Constant("axis0", 0L);
        string axis1 = graph.Constant("axis1", 1L);
        string x = network.TakesTokens
            ? graph.Node("Gather", [graph.Constant("embedding", weights["embedding.weight"].Values, network.Vocabulary, network.InputSize), graph.Input("x", true, timeSteps, batch)], ["rows"])
            : graph.Input("x", false, timeSteps, batch, network.InputSize);

        string lastH = "";
        for (int layer = 0; layer < network.Layers; layer++)
        {
            lastH = $"h{layer}_next";
            string sequence = Recurrent(graph, network, weights, layer, x, batch, carryState);
            x = graph.Node("Squeeze", [sequence, axis1], [$"x{layer + 1}"]); // [T, 1, B, H] -> [T, B, H]
        }

        bool oneRow = network.LastStepOnly || timeSteps == 1;
        if (network.HeadSize > 0)
        {
            string rows = oneRow
                ? graph.Node("Squeeze", [lastH, axis0], ["h"])
                : graph.Node("Reshape", [x, graph.Constant("flat", -1, hidden)], ["h"]);
            string w = graph.Constant("head_w", weights["linear.weight"].Values, network.HeadSize, hidden);
            string b = graph.Constant("head_b", weights["linear.bias"].Values, network.HeadSize);
            graph.Node("Gemm", [rows, w, b], ["y"], ("transB", 1));
        }
        else
        {
            graph.Node("Identity", [oneRow ? lastH : x], ["y"]);
        }

        // Without a head a carried state is the output itself, and nothing is copied.
        if (network.HeadSize > 0 || !carryState)
            graph.Output("y", OutputShape(network, batch, timeSteps));
        return graph.ToModel();
    }

    /// <summary>y: [rows, out] with a head, [1, B, H] or [T, B, H] without.</summary>
    public static int[] OutputShape(Network network, int batch, int timeSteps) =>
        network.HeadSize > 0 ? [network.OutputRows(batch, timeSteps), network.HeadSize]
        : [network.LastStepOnly ? 1 : timeSteps, batch, network.HiddenSize];

    static string Recurrent(OnnxGraph graph, Network network, NetworkWeights weights, int layer, string x, int batch, bool carryState)
    {
        // PyTorch: i f g o and r z n; ONNX: i o f c and z r h.
        int[] order = network.Cell switch { CellKind.Lstm => [0, 3, 1, 2], CellKind.Gru => [1, 0, 2], _ => [0] };
        int hidden = network.HiddenSize;
        int rows = network.Gates * hidden;
        float[] Of(string kind) => Reorder(weights[$"{network.CellName}.{kind}_l{layer}"].Values, order);

        List<string> inputs =
        [
            x,
            graph.Constant($"w{layer}", Of("weight_ih"), 1, rows, network.InputOf(layer)),
            graph.Constant($"r{layer}", Of("weight_hh"), 1, rows, hidden),
            graph.Constant($"b{layer}", (float[])[.. Of("bias_ih"), .. Of("bias_hh")], 1, 2 * rows),
        ];
        List<string> outputs = [$"y{layer}", $"h{layer}_next"];
        if (network.Cell == CellKind.Lstm)
            outputs.Add($"c{layer}_next");
        if (carryState)
        {
            inputs.AddRange(["", graph.Input($"h{layer}", false, 1, batch, hidden)]);
            graph.Output($"h{layer}_next", 1, batch, hidden);
            if (network.Cell == CellKind.Lstm)
            {
                inputs.Add(graph.Input($"c{layer}", false, 1, batch, hidden));
                graph.Output($"c{layer}_next", 1, batch, hidden);
            }
        }

        (string, object)[] attributes = network.Cell == CellKind.Gru ? [("hidden_size", hidden), ("linear_before_reset", 1)] : [("hidden_size", hidden)];
        return graph.Node(network.Cell.ToString().ToUpperInvariant(), [.. inputs], [.. outputs], attributes);
    }

    static float[] Reorder(float[] values, int[] order)
    {
        int block = values.Length / order.Length;
        return [.. order.SelectMany(gate => values.AsSpan(gate * block, block).ToArray())];
    }
}
