using System.Collections.Immutable;

namespace FastSeq.Devices;

/// <summary>
/// A model as a device computes it: its layers as data, and the kernels that only its cells have as text. The generator writes it from the plan that it writes the
/// model's C# from; a model that never meets a device does not carry it (trimming leaves it out).
/// </summary>
public sealed class DeviceProgram
{
    /// <summary>The kernels of the model's cells in CUDA C, without those that all models share.</summary>
    public required string Source { get; init; }

    /// <summary>The layers in the order of computing; the first is the input or an embedding of tokens.</summary>
    public required ImmutableArray<DeviceLayer> Layers { get; init; }
}
