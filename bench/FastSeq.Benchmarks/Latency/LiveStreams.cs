using FastSeq.Benchmarks.Ratios;

namespace FastSeq.Benchmarks.Latency;

/// <summary>What is timed, as a value: the loop that times it is compiled for it alone.</summary>
interface ITimedStep
{
    int InputSize { get; }

    int OutputSize { get; }

    void Step(ReadOnlySpan<float> x, Span<float> y);
}

/// <summary>One live stream of a model.</summary>
interface ILiveStream : ITimedStep
{
    ModelInfo Info { get; }

    Span<float> Parameters { get; }
}

/// <summary>Nothing but multiply-adds in registers, for as long as a step takes: what the host takes from it, it takes from any program.</summary>
readonly struct MultiplyAddLoop(int nanoseconds) : ITimedStep
{
    readonly int _iterations = (int)(nanoseconds / FmaProbe.NanosecondsPerIteration());

    public int InputSize => 1;

    public int OutputSize => 1;

    public void Step(ReadOnlySpan<float> x, Span<float> y) => y[0] = FmaProbe.Run(_iterations);
}

struct Lstm10Stream(Lstm10To20 model) : ILiveStream
{
    Lstm10To20.State _state;

    public readonly int InputSize => Lstm10To20.InputSize;

    public readonly int OutputSize => Lstm10To20.OutputSize;

    public readonly ModelInfo Info => Lstm10To20.ModelInfo;

    public readonly Span<float> Parameters => model.Parameters;

    public void Step(ReadOnlySpan<float> x, Span<float> y) => model.Step(x, ref _state, y);
}

struct Lstm1Stream(Lstm1To16To1 model) : ILiveStream
{
    Lstm1To16To1.State _state;

    public readonly int InputSize => Lstm1To16To1.InputSize;

    public readonly int OutputSize => Lstm1To16To1.OutputSize;

    public readonly ModelInfo Info => Lstm1To16To1.ModelInfo;

    public readonly Span<float> Parameters => model.Parameters;

    public void Step(ReadOnlySpan<float> x, Span<float> y) => model.Step(x, ref _state, y);
}

struct Gru128Stream(Gru128To256 model) : ILiveStream
{
    Gru128To256.State _state;

    public readonly int InputSize => Gru128To256.InputSize;

    public readonly int OutputSize => Gru128To256.OutputSize;

    public readonly ModelInfo Info => Gru128To256.ModelInfo;

    public readonly Span<float> Parameters => model.Parameters;

    public void Step(ReadOnlySpan<float> x, Span<float> y) => model.Step(x, ref _state, y);
}
