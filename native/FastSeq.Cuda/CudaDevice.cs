namespace FastSeq.Cuda;

/// <summary>A CUDA device of this machine.</summary>
public sealed partial class CudaDevice
{
    CudaDevice() => throw new NotImplementedException();

    /// <summary>All devices of this machine; none where there is no driver or no GPU.</summary>
    public static IReadOnlyList<CudaDevice> All => [];

    /// <summary>The first device.</summary>
    /// <exception cref="InvalidOperationException">Something is missing; the message says what and how to get it.</exception>
    public static CudaDevice Default => throw new InvalidOperationException(Missing);

    /// <summary>What is missing to compute on a device and how to get it, for people; null where nothing is.</summary>
    public static string? Missing => "not written yet";

    /// <summary>The name of the device, for people.</summary>
    public string Name { get; } = "";

    /// <summary>The number of the device, from 0.</summary>
    public int Ordinal { get; }

    /// <summary>How many multiprocessors it has.</summary>
    public int Multiprocessors { get; }

    /// <summary>Its memory, in bytes.</summary>
    public long TotalMemory { get; }

    /// <summary>Its generation: 8.0, 8.6, 9.0, ...</summary>
    public Version ComputeCapability { get; } = new();

    /// <summary>The version of CUDA that the driver knows.</summary>
    public Version DriverVersion { get; } = new();

    /// <summary>Makes a queue on the device with the kernels of a source text.</summary>
    /// <param name="source">CUDA C++.</param>
    /// <param name="isDouble">Whether REAL is double.</param>
    internal CudaQueue CreateQueue(string source, bool isDouble) => throw new NotImplementedException();
}
