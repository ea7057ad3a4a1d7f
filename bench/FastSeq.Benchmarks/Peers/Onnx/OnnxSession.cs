using Microsoft.ML.OnnxRuntime;

namespace FastSeq.Benchmarks.Peers.Onnx;

/// <summary>ONNX Runtime with one thread on a model in memory.</summary>
sealed class OnnxSession : IDisposable
{
    readonly RunOptions _options = new();
    readonly List<IDisposable> _owned = [];

    public OnnxSession(byte[] model)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        Session = new InferenceSession(model, options);
    }

    public InferenceSession Session { get; }

    /// <summary>A tensor over the array, which stays pinned until the session is disposed.</summary>
    public OrtValue Value<T>(T[] values, params int[] shape)
        where T : unmanaged
    {
        OrtValue value = OrtValue.CreateTensorValueFromMemory(values, [.. shape.Select(size => (long)size)]);
        _owned.Add(value);
        return value;
    }

    public OrtIoBinding Bind(IEnumerable<(string Name, OrtValue Value)> inputs, IEnumerable<(string Name, OrtValue Value)> outputs)
    {
        OrtIoBinding binding = Session.CreateIoBinding();
        foreach ((string name, OrtValue value) in inputs)
            binding.BindInput(name, value);
        foreach ((string name, OrtValue value) in outputs)
            binding.BindOutput(name, value);
        _owned.Add(binding);
        return binding;
    }

    public void Run(OrtIoBinding binding) => Session.RunWithBinding(_options, binding);

    public void Dispose()
    {
        foreach (IDisposable owned in Enumerable.Reverse(_owned))
            owned.Dispose();
        Session.Dispose();
        _options.Dispose();
    }
}
