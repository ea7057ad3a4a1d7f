using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace FastSeq.Tests.Oracles;

/// <summary>One file that record.py wrote: a safetensors file, read without the reader under test.</summary>
/// <typeparam name="T">float for the .f32 file of a case, double for its .f64 file.</typeparam>
public sealed class VectorFile<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<string, T[]> _tensors = [];
    private readonly Dictionary<string, string> _metadata = [];

    public VectorFile(string caseName)
    {
        Case = caseName;
        string suffix = typeof(T) == typeof(float) ? "f32" : "f64";
        byte[] bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Oracles", "vectors", $"{caseName}.{suffix}.safetensors"));
        int headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        using JsonDocument header = JsonDocument.Parse(bytes.AsMemory(8, headerLength));
        ReadOnlySpan<byte> data = bytes.AsSpan(8 + headerLength);
        foreach (JsonProperty entry in header.RootElement.EnumerateObject())
        {
            if (entry.NameEquals("__metadata__"))
            {
                foreach (JsonProperty fact in entry.Value.EnumerateObject())
                {
                    _metadata.Add(fact.Name, fact.Value.GetString()!);
                }
            }
            else
            {
                JsonElement offsets = entry.Value.GetProperty("data_offsets");
                _tensors.Add(entry.Name, MemoryMarshal.Cast<byte, T>(data[offsets[0].GetInt32()..offsets[1].GetInt32()]).ToArray());
            }
        }
    }

    public string Case { get; }

    public T[] this[string tensor] => _tensors[tensor];

    public bool Has(string tensor) => _tensors.ContainsKey(tensor);

    /// <summary>Something else that the file says of how it was made, or null.</summary>
    public string? Fact(string name) => _metadata.GetValueOrDefault(name);

    public int[] Lengths => [.. _metadata["lengths"].Split(' ').Select(int.Parse)];

    public double AdamRate => double.Parse(_metadata["adam_rate"], CultureInfo.InvariantCulture);

    /// <summary>The values of a parameter of the model, in PyTorch's order.</summary>
    public T[] Weights(string parameter, int count)
        => VectorNumbers.Numbers<T>($"{Case}.{parameter}", count, double.Parse(_metadata["weight_bound"], CultureInfo.InvariantCulture));

    /// <summary>The features of all time steps, one sequence after the other.</summary>
    public T[] Features(int size) => VectorNumbers.Numbers<T>($"{Case}.inputs", Lengths.Sum() * size, 1);

    /// <summary>The tokens of all time steps, one sequence after the other.</summary>
    public int[] Tokens(int vocabulary) => VectorNumbers.Integers($"{Case}.inputs", Lengths.Sum(), vocabulary);

    /// <summary>The values that the outputs should have.</summary>
    public T[] Targets() => VectorNumbers.Numbers<T>($"{Case}.targets", _tensors["outputs"].Length, 1);

    /// <summary>The classes of the rows of outputs.</summary>
    public int[] Labels(int classes) => VectorNumbers.Integers($"{Case}.targets", _tensors["outputs"].Length / classes, classes);

    /// <summary>Asserts that the gradient of a parameter is the recorded one.</summary>
    /// <param name="parameter">Its name.</param>
    /// <param name="gradient">The gradient, in PyTorch's order.</param>
    /// <param name="columns">The columns of the parameter.</param>
    /// <param name="tolerance">Relative to the largest recorded element.</param>
    public double AssertGradient(string parameter, T[] gradient, int columns, double tolerance)
    {
        double norm = Math.Sqrt(gradient.Sum(g => double.CreateChecked(g * g)));
        double worst = Agreement.Check($"norm of the gradient of {parameter}", _tensors[$"norm.{parameter}"], [T.CreateChecked(norm)], tolerance);
        return Math.Max(worst, Agreement.Check($"gradient of {parameter}", _tensors[$"gradient.{parameter}"], Sample(parameter, gradient, columns), tolerance));
    }

    // What record.py keeps of a gradient: rows of an embedding that occur, every `stride`-th element of a large one, all of a small one.
    private T[] Sample(string parameter, T[] gradient, int columns)
    {
        if (parameter == "embedding.weight")
        {
            return [.. Tokens(gradient.Length / columns).Distinct().Order().SelectMany(token => gradient.AsSpan(token * columns, columns).ToArray())];
        }

        int stride = gradient.Length > 4096 ? (gradient.Length / 2048) | 1 : 1;
        return [.. gradient.Where((_, i) => i % stride == 0)];
    }
}
