using FastSeq.Benchmarks.Workloads;

namespace FastSeq.Benchmarks.Ours;

/// <summary>FastSeq: one training step by the calls of a user's own loop.</summary>
sealed class OurTraining<TModel, TInput, TTarget> : Contender, IHasParts
    where TModel : class, ISequenceModel<TModel, float, TInput, TTarget>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    readonly SequenceRun<float, TInput, TTarget> _run;
    readonly Network _network;
    readonly BatchData _data;
    readonly TInput[] _input;
    readonly TTarget[] _targets;
    readonly Adam? _adam;

    public OurTraining(TModel model, Network network, BatchData data, int threads, bool update)
        : base(Ours, threads)
    {
        _network = network;
        _data = data;
        _run = model.NewRun(data.Batch, data.TimeSteps, threads);
        _input = (TInput[])(Array)(network.TakesTokens ? data.Tokens : data.Features);
        _targets = (TTarget[])(Array)(network.CrossEntropy ? data.Labels : data.Targets);
        _adam = update ? new Adam(TrainingCheck.LearningRate) : null;
    }

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
            Step();
    }

    public override float[] Check()
    {
        // Masks of a dropout differ between libraries: compare what does not depend on them.
        if (_network.Dropout > 0)
            return [_run.Forward(new(_input, _data.Lengths, _targets), training: false)];
        if (_adam is null)
            return [Step(), (float)Gradients.Norm<float>(_run.Gradients)];
        var losses = new float[TrainingCheck.Steps];
        for (int i = 0; i < losses.Length; i++)
            losses[i] = Step();
        return losses;
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Action Work)> Parts =>
    [
        ("forward", () => Forward()),
        ("backward", _run.Backward),
        ("update", Update),
    ];

    float Step()
    {
        float loss = Forward();
        _run.Backward();
        Update();
        return loss;
    }

    float Forward() => _run.Forward(new(_input, _data.Lengths, _targets), training: true);

    void Update()
    {
        if (_adam is not null)
            _run.Update(_adam, maxNorm: 1);
    }

    public override void Dispose() => _run.Dispose();
}
