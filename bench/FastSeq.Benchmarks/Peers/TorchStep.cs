using FastSeq.Benchmarks.Workloads;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FastSeq.Benchmarks.Peers;

/// <summary>TorchSharp: one streaming step, batch 1, in inference mode.</summary>
/// <remarks>
/// By the cell modules: a step of the sequence modules took 1.2 (GRU) to 6 times as long (LSTM, whose weights oneDNN rearranges at every call).
/// </remarks>
sealed class TorchStep : Contender
{
    readonly LSTMCell? _lstm;
    readonly GRUCell? _gru;
    readonly RNNCell? _rnn;
    readonly Linear? _linear;
    readonly Tensor _input;
    Tensor _h;
    Tensor? _c;

    public TorchStep(Network network, NetworkWeights weights, BatchData data)
        : base("TorchSharp", 1)
    {
        if (network.Layers != 1 || network.TakesTokens)
            throw new NotSupportedException("streaming workloads have one recurrent layer on features");
        int hidden = network.HiddenSize;
        nn.Module cell = network.Cell switch
        {
            CellKind.Lstm => _lstm = nn.LSTMCell(network.InputSize, hidden),
            CellKind.Gru => _gru = nn.GRUCell(network.InputSize, hidden),
            _ => _rnn = nn.RNNCell(network.InputSize, hidden),
        };
        _linear = network.HeadSize > 0 ? nn.Linear(hidden, network.HeadSize) : null;
        using IDisposable mode = no_grad();
        TorchWeights.Copy(cell, name => weights[$"{network.CellName}.{name}_l0"]);
        if (_linear is not null)
            TorchWeights.Copy(_linear, name => weights["linear." + name]);
        _input = tensor(data.Features, [1, network.InputSize]);
        _h = zeros(1, hidden);
        _c = _lstm is null ? null : zeros(1, hidden);
    }

    public override void Prepare() => set_num_threads(1);

    public override void Run(int calls)
    {
        using IDisposable mode = inference_mode();
        for (int i = 0; i < calls; i++)
            Step()?.Dispose();
    }

    public override float[] Check()
    {
        using IDisposable mode = inference_mode();
        for (int i = 1; i < StepCheck.Steps; i++)
            Step()?.Dispose();
        using Tensor? output = Step();
        return (output ?? _h).data<float>().ToArray();
    }

    /// <summary>The output of the head, or null where h is the output.</summary>
    Tensor? Step()
    {
        Tensor h;
        if (_lstm is not null)
        {
            (h, Tensor c) = _lstm.call(_input, (_h, _c!));
            _c!.Dispose();
            _c = c;
        }
        else
        {
            h = _gru is not null ? _gru.call(_input, _h) : _rnn!.call(_input, _h);
        }

        _h.Dispose();
        _h = h;
        return _linear?.call(h);
    }

    public override void Dispose()
    {
        foreach (IDisposable? owned in new IDisposable?[] { _input, _h, _c, _lstm, _gru, _rnn, _linear })
            owned?.Dispose();
    }
}
