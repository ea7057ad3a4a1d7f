using FastSeq.Benchmarks.Workloads;
using TorchSharp;
using static TorchSharp.torch;

namespace FastSeq.Benchmarks.Peers;

/// <summary>TorchSharp: one training step (forward, loss, backward and, unless the layer is measured alone, clip to norm 1 and Adam).</summary>
sealed class TorchTraining : Contender
{
    readonly Network _network;
    readonly TorchNetwork _model;
    readonly Tensor _input;
    readonly Tensor _target;
    readonly optim.Optimizer? _adam;

    public TorchTraining(Network network, NetworkWeights weights, BatchData data, int threads, bool update)
        : base("TorchSharp", threads)
    {
        _network = network;
        _model = new TorchNetwork(network, weights);
        _model.train();
        _input = TorchPredict.InputTensor(network, data);
        bool last = network.LastStepOnly;
        _target = network.CrossEntropy
            ? tensor(Array.ConvertAll(last ? data.Labels : data.TimeMajor(data.Labels), label => (long)label))
            : tensor(last ? data.Targets : data.TimeMajor(data.Targets), last ? [data.Batch, network.OutputSize] : [data.TimeSteps, data.Batch, network.OutputSize]);
        _adam = update ? optim.Adam(_model.parameters(), lr: TrainingCheck.LearningRate) : null;
    }

    public override void Prepare() => set_num_threads(Threads);

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
            Step();
    }

    public override float[] Check()
    {
        if (_network.Dropout > 0)
        {
            // Masks differ between libraries: compare what does not depend on them.
            _model.eval();
            using var mode = no_grad();
            using Tensor loss = Loss();
            _model.train();
            return [loss.item<float>()];
        }

        if (_adam is null)
            return [Step(), (float)nn.utils.clip_grad_norm_(_model.parameters(), 1e30)];

        var losses = new float[TrainingCheck.Steps];
        for (int i = 0; i < losses.Length; i++)
            losses[i] = Step();
        return losses;
    }

    float Step()
    {
        using DisposeScope scope = NewDisposeScope();
        _model.zero_grad();
        Tensor loss = Loss();
        loss.backward();
        if (_adam is not null)
        {
            nn.utils.clip_grad_norm_(_model.parameters(), 1);
            _adam.step();
        }

        return loss.item<float>();
    }

    Tensor Loss()
    {
        using Tensor output = _model.Forward(_input);
        return _network.CrossEntropy
            ? nn.functional.cross_entropy(output.reshape(-1, _network.OutputSize), _target)
            : nn.functional.mse_loss(output, _target);
    }

    public override void Dispose()
    {
        _adam?.Dispose();
        _input.Dispose();
        _target.Dispose();
        _model.Dispose();
    }
}
