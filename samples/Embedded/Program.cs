// An app that holds nothing but one model and its weights: a sensor forecaster that predicts the next value of a stream.
// The weights are embedded in the program (weights.safetensors beside this file, written by `dotnet run -- train`).
using System.Globalization;
using System.Reflection;
using FastSeq.Samples;

if (args is ["train", var path])
{
    Training.Run(path);
    return;
}

SineForecaster model = LoadEmbedded();
var state = default(SineForecaster.State);
Span<float> forecast = stackalloc float[SineForecaster.OutputSize];
Span<float> sample = stackalloc float[SineForecaster.InputSize];
for (int t = 0; t < 32; t++)
{
    sample[0] = Training.Signal(t);
    model.Step(sample, ref state, forecast);
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"forecast {forecast[0]:f4}, truth {Training.Signal(32):f4}"));

static unsafe SineForecaster LoadEmbedded()
{
    using var stream = (UnmanagedMemoryStream)Assembly.GetExecutingAssembly().GetManifestResourceStream("weights.safetensors")!;
    return SineForecaster.Load(new ReadOnlySpan<byte>(stream.PositionPointer, checked((int)stream.Length)));
}
