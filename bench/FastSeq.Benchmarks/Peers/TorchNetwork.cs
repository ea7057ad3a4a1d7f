using FastSeq.Benchmarks.Workloads;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FastSeq.Benchmarks.Peers;

/// <summary>A <see cref="Network"/> of TorchSharp modules. Sequences are time-major, the order libtorch works in.</summary>
sealed class TorchNetwork : nn.Module
{
    readonly Network _network;
    readonly Embedding? _embedding;
    readonly LSTM? _lstm;
    readonly GRU? _gru;
    readonly RNN? _rnn;
    readonly Dropout? _dropout;
    readonly Linear? _linear;

    public TorchNetwork(Network network, NetworkWeights weights)
        : base("network")
    {
        _network = network;
        if (network.TakesTokens)
            register_module("embedding", _embedding = nn.Embedding(network.Vocabulary, network.InputSize));
        if (network.Cell == CellKind.Lstm)
            register_module("lstm", _lstm = nn.LSTM(network.InputSize, network.HiddenSize, network.Layers));
        else if (network.Cell == CellKind.Gru)
            register_module("gru", _gru = nn.GRU(network.InputSize, network.HiddenSize, network.Layers));
        else
            register_module("rnn", _rnn = nn.RNN(network.InputSize, network.HiddenSize, network.Layers));
        if (network.Dropout > 0)
            register_module("dropout", _dropout = nn.Dropout(network.Dropout));
        if (network.HeadSize > 0)
            register_module("linear", _linear = nn.Linear(network.HiddenSize, network.HeadSize));

        using IDisposable mode = no_grad();
        TorchWeights.Copy(this, name => weights[name]);
    }

    /// <summary>Input [T, B, features] or tokens [T, B] -> output [T, B, out], or [B, out] with LastStepOnly.</summary>
    public Tensor Forward(Tensor input)
    {
        using Tensor? rows = _embedding?.call(input);
        (Tensor output, Tensor lastH) = Recur(rows ?? input);
        using (lastH)
        {
            if (_network.LastStepOnly)
                output = Replace(output, lastH.select(0, _network.Layers - 1));
        }

        return Head(output);
    }

    (Tensor Output, Tensor LastH) Recur(Tensor input)
    {
        if (_lstm is null)
            return _gru is not null ? _gru.call(input) : _rnn!.call(input);
        (Tensor output, Tensor h, Tensor c) = _lstm.call(input);
        c.Dispose();
        return (output, h);
    }

    Tensor Head(Tensor output)
    {
        if (_dropout is not null && training)
            output = Replace(output, _dropout.call(output));
        return _linear is null ? output : Replace(output, _linear.call(output));
    }

    static Tensor Replace(Tensor old, Tensor value)
    {
        old.Dispose();
        return value;
    }
}
