using FastSeq.Benchmarks.Peers.Onnx;
using FastSeq.Benchmarks.Workloads;
using Microsoft.ML.OnnxRuntime;

namespace FastSeq.Benchmarks.Peers;

/// <summary>ONNX Runtime: whole sequences, input and output bound once.</summary>
sealed class OnnxPredict : Contender
{
    readonly OnnxSession _session;
    readonly OrtIoBinding _binding;
    readonly float[] _y;
    readonly BatchData _data;
    readonly bool _everyStep;

    public OnnxPredict(Network network, NetworkWeights weights, BatchData data)
        : base("ONNX Runtime", 1)
    {
        _data = data;
        _everyStep = !network.LastStepOnly;
        _session = new OnnxSession(OnnxNetwork.Write(network, weights, data.Batch, data.TimeSteps, carryState: false));
        _y = new float[network.OutputRows(data.Batch, data.TimeSteps) * network.OutputSize];
        OrtValue x = network.TakesTokens
            ? _session.Value(Array.ConvertAll(data.TimeMajor(data.Tokens), token => (long)token), data.TimeSteps, data.Batch)
            : _session.Value(data.TimeMajor(data.Features), data.TimeSteps, data.Batch, network.InputSize);
        OrtValue y = _session.Value(_y, OnnxNetwork.OutputShape(network, data.Batch, data.TimeSteps));
        _binding = _session.Bind([("x", x)], [("y", y)]);
    }

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
            _session.Run(_binding);
    }

    public override float[] Check()
    {
        Run(1);
        return _everyStep ? _data.SequenceMajor(_y) : [.. _y];
    }

    public override void Dispose() => _session.Dispose();
}
