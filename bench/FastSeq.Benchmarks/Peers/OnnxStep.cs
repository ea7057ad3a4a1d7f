using FastSeq.Benchmarks.Peers.Onnx;
using FastSeq.Benchmarks.Workloads;
using Microsoft.ML.OnnxRuntime;

namespace FastSeq.Benchmarks.Peers;

/// <summary>ONNX Runtime: one streaming step, batch 1. Two I/O bindings take turns, so that the state written by one is read by the other.</summary>
sealed class OnnxStep : Contender
{
    readonly OnnxSession _session;
    readonly OrtIoBinding[] _bindings = new OrtIoBinding[2];
    readonly float[][] _lastH;
    readonly float[]? _y;
    int _turn;

    public OnnxStep(Network network, NetworkWeights weights, BatchData data)
        : base("ONNX Runtime", 1)
    {
        _session = new OnnxSession(OnnxNetwork.Write(network, weights, batch: 1, timeSteps: 1, carryState: true));
        int hidden = network.HiddenSize;
        string[] states = network.Cell == CellKind.Lstm ? ["h", "c"] : ["h"];
        var names = Enumerable.Range(0, network.Layers).SelectMany(layer => states.Select(state => $"{state}{layer}")).ToArray();
        float[][][] buffers = [.. Enumerable.Range(0, 2).Select(_ => names.Select(_ => new float[hidden]).ToArray())];
        OrtValue[][] values = [.. buffers.Select(side => side.Select(buffer => _session.Value(buffer, 1, 1, hidden)).ToArray())];
        OrtValue x = _session.Value(data.Features, 1, 1, network.InputSize);
        _y = network.HeadSize > 0 ? new float[network.HeadSize] : null;
        OrtValue? y = _y is null ? null : _session.Value(_y, OnnxNetwork.OutputShape(network, 1, 1));

        for (int side = 0; side < 2; side++)
        {
            var inputs = names.Zip(values[side]).Prepend(("x", x));
            var outputs = names.Select(name => name + "_next").Zip(values[1 - side]);
            _bindings[side] = _session.Bind(inputs, y is null ? outputs : outputs.Prepend(("y", y)));
        }

        int last = Array.IndexOf(names, $"h{network.Layers - 1}");
        _lastH = [buffers[1][last], buffers[0][last]]; // written by binding 0, by binding 1
    }

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            _session.Run(_bindings[_turn]);
            _turn ^= 1;
        }
    }

    public override float[] Check()
    {
        Run(StepCheck.Steps);
        return [.. _y ?? _lastH[_turn ^ 1]];
    }

    public override void Dispose() => _session.Dispose();
}
