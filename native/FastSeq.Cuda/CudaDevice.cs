using System.Text;
using FastSeq.Cuda.Libraries;

namespace FastSeq.Cuda;

/// <summary>A CUDA device of this machine. Nothing of CUDA is loaded before one is asked for.</summary>
public sealed partial class CudaDevice
{
    const int LongestName = 256;

    internal unsafe CudaDevice(int ordinal, Version driverVersion)
    {
        Ordinal = ordinal;
        DriverVersion = driverVersion;
        CudaDriver.Check(CudaDriver.cuDeviceGet(out int handle, ordinal));
        Handle = handle;
        Span<byte> name = stackalloc byte[LongestName];
        fixed (byte* first = name) CudaDriver.Check(CudaDriver.cuDeviceGetName(first, LongestName, handle));
        int end = name.IndexOf((byte)0);
        Name = Encoding.UTF8.GetString(end < 0 ? name : name[..end]);
        CudaDriver.Check(CudaDriver.cuDeviceTotalMem_v2(out nuint bytes, handle));
        TotalMemory = (long)bytes;
        Multiprocessors = Attribute(CudaDriver.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
        ComputeCapability = new Version(Attribute(CudaDriver.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR), Attribute(CudaDriver.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR));
    }

    /// <summary>All devices of this machine; none where there is no driver or no GPU.</summary>
    public static IReadOnlyList<CudaDevice> All => CudaSystem.Current.Devices;

    /// <summary>The first device.</summary>
    /// <exception cref="InvalidOperationException">Something is missing; the message says what and how to get it.</exception>
    public static CudaDevice Default
    {
        get
        {
            ThrowIfMissing();
            return All[0];
        }
    }

    /// <summary>What is missing to compute on a device and how to get it, for people; null where nothing is.</summary>
    public static string? Missing => CudaSystem.Current.Missing;

    /// <summary>The version of cuBLAS; null where there is none or no device to use it.</summary>
    public static Version? CublasVersion => CudaSystem.Current.CublasLibrary?.Version;

    /// <summary>The version of NVRTC, which compiles kernels; null where there is none or no device to use it.</summary>
    public static Version? NvrtcVersion => CudaSystem.Current.NvrtcLibrary?.Version;

    /// <summary>The name of the device, for people.</summary>
    public string Name { get; }

    /// <summary>The number of the device, from 0.</summary>
    public int Ordinal { get; }

    /// <summary>How many multiprocessors it has.</summary>
    public int Multiprocessors { get; }

    /// <summary>Its memory, in bytes.</summary>
    public long TotalMemory { get; }

    /// <summary>Its generation: 8.0, 8.6, 9.0, ...</summary>
    public Version ComputeCapability { get; }

    /// <summary>The version of CUDA that the driver knows.</summary>
    public Version DriverVersion { get; }

    /// <summary>What the driver calls it.</summary>
    internal int Handle { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Ordinal}: {Name}";

    /// <summary>Makes a queue on the device with the kernels of a source text.</summary>
    /// <param name="source">CUDA C++, whose kernels are <c>extern "C"</c>.</param>
    /// <param name="isDouble">Whether REAL is double.</param>
    /// <exception cref="InvalidOperationException">cuBLAS or NVRTC is missing; the message says how to get it.</exception>
    /// <exception cref="CudaException">The source does not compile (the message holds what the compiler says), or the device is out of memory.</exception>
    internal CudaQueue CreateQueue(string source, bool isDouble) => CreateQueue([source], isDouble);

    /// <summary>Makes a queue on the device with the kernels of several source texts, each of which is compiled, and kept, by itself.</summary>
    /// <inheritdoc cref="CreateQueue(string, bool)"/>
    internal CudaQueue CreateQueue(string[] sources, bool isDouble)
    {
        ThrowIfMissing();
        return new CudaQueue(this, sources, isDouble);
    }

    static void ThrowIfMissing()
    {
        if (Missing is { } missing) throw new InvalidOperationException(missing);
    }

    int Attribute(int attribute)
    {
        CudaDriver.Check(CudaDriver.cuDeviceGetAttribute(out int value, attribute, Handle));
        return value;
    }
}
