using System.Text.Json;
using FastSeq.Tests.Models;
using Xunit;

namespace FastSeq.Tests.Oracles;

/// <summary>The ONNX project's own tests of its nodes RNN, GRU and LSTM (record_onnx_tests.py), against models that are declared like the nodes.</summary>
[Trait("Run", "EveryInstructionSet")]
public sealed class OnnxNodeTests
{
    // The expected outputs are floats of numpy.
    private const double Tolerance = 2e-6;

    private static readonly Dictionary<string, Action<JsonElement>> Checks = new()
    {
        ["test_simple_rnn_defaults"] = Check<NodeRnn2x4>,
        ["test_simple_rnn_with_initial_bias"] = Check<NodeRnn3x5>,
        ["test_simple_rnn_batchwise"] = Check<NodeRnn2x4>,
        ["test_rnn_seq_length"] = Check<NodeRnn3x5>,
        ["test_gru_defaults"] = Check<NodeGru2x5>,
        ["test_gru_with_initial_bias"] = Check<NodeGru3x3>,
        ["test_gru_batchwise"] = Check<NodeGru2x6>,
        ["test_gru_seq_length"] = Check<NodeGru3x5>,
        ["test_lstm_defaults"] = Check<NodeLstm2x3>,
        ["test_lstm_with_initial_bias"] = Check<NodeLstm3x4>,
        ["test_lstm_batchwise"] = Check<NodeLstm2x7>,
        ["test_lstm_with_peepholes"] = Check<NodeLstmPeepholes>,
    };

    public static TheoryData<string> Tests => [.. Checks.Keys];

    [Theory]
    [MemberData(nameof(Tests))]
    public void Model_MatchesNode(string name)
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Oracles", "onnx-node-tests.json")));
        Checks[name](file.RootElement.GetProperty(name));
    }

    private static void Check<TModel>(JsonElement node)
        where TModel : class, ISequenceModel<TModel, float, float, float>
    {
        // PyTorch's order of the gates in ONNX's: of an LSTM i, o, f, c; of a GRU z, r, h. P has the order i, o, f.
        int[] gates = node.GetProperty("operator").GetString() switch { "LSTM" => [0, 2, 3, 1], "GRU" => [1, 0, 2], _ => [0] };
        ModelInfo info = TModel.ModelInfo;
        int units = info.OutputSize, inputs = info.InputSize;
        TModel model = TModel.Create(seed: 1);
        string layer = info.Parameters[0].Name.Split('.')[0];
        float[] bias = node.TryGetProperty("B", out _) ? Values(node, "B") : new float[2 * gates.Length * units];
        Set("weight_ih_l0", Values(node, "W"), inputs, gates);
        Set("weight_hh_l0", Values(node, "R"), units, gates);
        Set("bias_ih_l0", bias[..(bias.Length / 2)], 1, gates);
        Set("bias_hh_l0", bias[(bias.Length / 2)..], 1, gates);
        if (node.TryGetProperty("P", out _))
        {
            float[] peepholes = Values(node, "P");
            Set("weight_ci_l0", peepholes, 1, [0]);
            Set("weight_cf_l0", peepholes, 1, [2]);
            Set("weight_co_l0", peepholes, 1, [1]);
            Assert.All([.. Values(node, "initial_h"), .. Values(node, "initial_c")], number => Assert.Equal(0, number));
        }

        // Layout 1 is [batch, time steps, ...], layout 0 [time steps, batch, ...].
        bool isBatchFirst = node.GetProperty("attributes").TryGetProperty("layout", out JsonElement layout) && layout.GetInt32() == 1;
        int[] shape = [.. node.GetProperty("X").GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
        int batch = shape[isBatchFirst ? 0 : 1], steps = shape[isBatchFirst ? 1 : 0];
        float[] x = Values(node, "X"), last = Values(node, "Y_h");
        using SequenceRun<float, float, float> run = model.NewRun(batch, steps, 1);
        var outputs = new float[batch * steps * units];
        float[] sequences = [.. Enumerable.Range(0, batch).SelectMany(b => Enumerable.Range(0, steps).SelectMany(t => Row(x, b, t, inputs)))];
        run.Predict(sequences, [.. Enumerable.Repeat(steps, batch)], outputs);
        for (int b = 0; b < batch; b++)
        {
            Agreement.Check($"Y_h of sequence {b}", Doubles(last[(b * units)..((b + 1) * units)]), outputs.AsSpan(((b * steps) + steps - 1) * units, units), Tolerance);
            for (int t = 0; t < steps && node.TryGetProperty("Y", out _); t++)
            {
                Agreement.Check($"Y of sequence {b} at {t}", Doubles(Row(Values(node, "Y"), b, t, units)), outputs.AsSpan(((b * steps) + t) * units, units), Tolerance);
            }
        }

        float[] Row(float[] rows, int b, int t, int size) => rows.AsSpan((isBatchFirst ? (b * steps) + t : (t * batch) + b) * size, size).ToArray();

        void Set(string name, float[] rows, int columns, int[] order) =>
            info.Parameter($"{layer}.{name}").CopyFrom<float>([.. order.SelectMany(gate => rows[(gate * units * columns)..((gate + 1) * units * columns)])], model.Parameters);
    }

    private static float[] Values(JsonElement node, string name) => [.. node.GetProperty(name).GetProperty("values").EnumerateArray().Select(value => value.GetSingle())];

    private static double[] Doubles(float[] values) => [.. values.Select(value => (double)value)];
}
