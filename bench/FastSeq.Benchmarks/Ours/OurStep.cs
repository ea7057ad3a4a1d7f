using FastSeq.Benchmarks.Workloads;

namespace FastSeq.Benchmarks.Ours;

/// <summary>Calls the emitted <c>Step</c> of one model in a loop of its own.</summary>
delegate void StepLoop<TModel, TState>(TModel model, int calls, ReadOnlySpan<float> x, ref TState state, Span<float> y);

/// <summary>FastSeq: one streaming step, batch 1.</summary>
sealed class OurStep<TModel, TState>(TModel model, BatchData data, int outputSize, StepLoop<TModel, TState> loop) : Contender(Ours, 1)
    where TState : struct
{
    readonly float[] _y = new float[outputSize];
    TState _state;

    public override void Run(int calls) => loop(model, calls, data.Features, ref _state, _y);

    public override float[] Check()
    {
        _state = default;
        Run(StepCheck.Steps);
        return [.. _y];
    }
}
