using FastSeq.Benchmarks.Workloads;

namespace FastSeq.Benchmarks.Ours;

/// <summary>FastSeq: whole sequences.</summary>
sealed class OurPredict<TInput> : Contender
    where TInput : unmanaged
{
    readonly PredictionRun<float, TInput> _run;
    readonly BatchData _data;
    readonly TInput[] _input;
    readonly float[] _y;

    public OurPredict(PredictionRun<float, TInput> run, Network network, BatchData data)
        : base(Ours, run.Threads)
    {
        _run = run;
        _data = data;
        _input = (TInput[])(Array)(network.TakesTokens ? data.Tokens : data.Features);
        _y = new float[network.OutputRows(data.Batch, data.TimeSteps) * network.OutputSize];
    }

    public override void Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            if (_data.Batch == 1)
                _run.Predict(_input, _y);
            else
                _run.Predict(_input, _data.Lengths, _y);
        }
    }

    public override float[] Check()
    {
        Run(1);
        return [.. _y];
    }

    public override void Dispose() => _run.Dispose();
}
