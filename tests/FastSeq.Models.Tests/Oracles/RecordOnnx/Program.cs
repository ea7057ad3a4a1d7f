using System.Reflection;
using FastSeq;
using FastSeq.Tests.Oracles;
using FastSeq.Tests.Oracles.RecordOnnx;
using Microsoft.ML.OnnxRuntime;

// dotnet run --project tests/FastSeq.Models.Tests/Oracles/RecordOnnx -- tests/FastSeq.Models.Tests/Oracles/vectors
// Writes a safetensors file a case: Y of the time steps there are, one sequence after the other, Y_h and Y_c. Inputs and weights are those of VectorNumbers.
string folder = args.Length == 1 ? args[0] : throw new InvalidOperationException("One argument: the folder of the vectors.");
string version = typeof(InferenceSession).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
foreach ((string name, RecurrentLayerAttribute layer) in OnnxCases.All)
{
    (float[] y, float[] h, float[]? c) = OnnxNode.Run(name, layer);
    string path = Path.Combine(folder, name + ".f32.safetensors");
    VectorWriter.Write(path, name, version, y, h, c);
    Console.WriteLine($"{Path.GetFileName(path)}: {new FileInfo(path).Length:N0} bytes, y[0] = {y[0]:g9}");
}
