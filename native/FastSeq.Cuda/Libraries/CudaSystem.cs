using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;

namespace FastSeq.Cuda.Libraries;

/// <summary>A library of the toolkit.</summary>
/// <param name="Version">Its version; null where it is missing.</param>
/// <param name="Path">Where it was found.</param>
/// <param name="Missing">What is missing, for people; null where nothing is.</param>
sealed record ToolkitLibrary(Version? Version, string Path, string? Missing);

/// <summary>What this machine has of CUDA. It is looked for once, when a device is first asked for; cuBLAS and NVRTC when one is to compute.</summary>
sealed class CudaSystem
{
    static readonly Lock s_lock = new();
    static CudaSystem? s_current;

    readonly ConcurrentDictionary<string, nint> _handles = [];
    readonly Lazy<ToolkitLibrary> _cublas, _nvrtc;

    CudaSystem()
    {
        _cublas = new(() => FindToolkit(Cublas.Library, "cuBLAS", LibraryFinder.Cublas(DriverVersion!.Major), CublasVersion));
        _nvrtc = new(() => FindToolkit(Nvrtc.Library, "NVRTC", LibraryFinder.Nvrtc(DriverVersion!.Major), NvrtcVersion, LibraryFinder.NvrtcBuiltins));
    }

    /// <summary>What this machine has.</summary>
    public static CudaSystem Current
    {
        get
        {
            lock (s_lock)
            {
                if (s_current is not null) return s_current;
                s_current = new CudaSystem();
                NativeLibrary.SetDllImportResolver(typeof(CudaSystem).Assembly, Resolve);
                s_current.FindDriver();
                return s_current;
            }
        }
    }

    /// <summary>The devices.</summary>
    public IReadOnlyList<CudaDevice> Devices { get; private set; } = [];

    /// <summary>The version of CUDA that the driver knows; null where there is no driver.</summary>
    public Version? DriverVersion { get; private set; }

    /// <summary>What keeps the driver from giving a device; null where nothing does.</summary>
    public string? DriverMissing { get; private set; }

    /// <summary>cuBLAS; null where there is no device.</summary>
    public ToolkitLibrary? CublasLibrary => DriverMissing is null ? _cublas.Value : null;

    /// <summary>NVRTC; null where there is no device.</summary>
    public ToolkitLibrary? NvrtcLibrary => DriverMissing is null ? _nvrtc.Value : null;

    /// <summary>All that is missing to compute, and how to get it; null where nothing is.</summary>
    public string? Missing
    {
        get
        {
            if (DriverMissing is not null) return DriverMissing;
            string[] missing = [.. new[] { CublasLibrary!.Missing, NvrtcLibrary!.Missing }.OfType<string>()];
            return missing.Length == 0 ? null : string.Join(" ", missing);
        }
    }

    static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => s_current!._handles.GetValueOrDefault(name);

    void FindDriver()
    {
        const string install = "Install NVIDIA's driver for the GPU, version 525 or later (in a container: start it with access to the GPU, as docker run --gpus all does).";
        FoundLibrary found = LibraryFinder.Find(LibraryFinder.Driver, isDriver: true);
        if (found.Handle == 0)
        {
            DriverMissing = $"There is no NVIDIA driver: {found.Problem ?? $"{found.Path} was not found"}. {install}";
            return;
        }

        _handles[CudaDriver.Library] = found.Handle;
        try
        {
            CudaDriver.Check(CudaDriver.cuDriverGetVersion(out int version));
            DriverVersion = VersionOf(version);
            if (version < CudaDriver.OldestVersion)
            {
                DriverMissing = $"The NVIDIA driver is too old: it knows CUDA {DriverVersion}, and 12.0 is the oldest that will do. {install}";
                return;
            }

            int status = CudaDriver.cuInit(0);
            int count = 0;
            if (status != CudaDriver.CUDA_ERROR_NO_DEVICE)
            {
                CudaDriver.Check(status, nameof(CudaDriver.cuInit));
                CudaDriver.Check(CudaDriver.cuDeviceGetCount(out count));
            }

            if (count == 0) DriverMissing = "The NVIDIA driver finds no GPU. Look at what nvidia-smi says, and at CUDA_VISIBLE_DEVICES, which can hide GPUs.";
            Devices = [.. Enumerable.Range(0, count).Select(ordinal => new CudaDevice(ordinal, DriverVersion))];
        }
        catch (CudaException exception)
        {
            DriverMissing = $"The NVIDIA driver does not start ({exception.Message}). Look at what nvidia-smi says.";
        }
        catch (EntryPointNotFoundException exception)
        {
            DriverMissing = $"{found.Path} is no driver that will do ({exception.Message}). {install}";
        }
    }

    ToolkitLibrary FindToolkit(string library, string name, string[] files, Func<Version> version, string? companions = null)
    {
        FoundLibrary found = LibraryFinder.Find(files, isDriver: false, companions);
        string install =
            $"Install the CUDA toolkit {(DriverVersion!.Major > 12 ? $"12 to {DriverVersion.Major}" : "12")} or its {name} alone, and name its folder in {LibraryFinder.PathVariable} if it is in no usual place (docs/gpu.md).";
        if (found.Handle == 0) return new(null, "", $"{name} is missing: {found.Problem ?? $"{string.Join(", ", files)} not found"}. {install}");
        _handles[library] = found.Handle;
        try
        {
            return new(version(), found.Path, null);
        }
        catch (Exception exception) when (exception is CudaException or EntryPointNotFoundException)
        {
            return new(null, found.Path, $"{found.Path} is no {name} that will do ({exception.Message}). {install}");
        }
    }

    static Version VersionOf(int version) => new(version / 1000, version % 1000 / 10);

    static Version CublasVersion()
    {
        Cublas.Check(Cublas.cublasGetProperty(Cublas.MAJOR_VERSION, out int major));
        Cublas.Check(Cublas.cublasGetProperty(Cublas.MINOR_VERSION, out int minor));
        Cublas.Check(Cublas.cublasGetProperty(Cublas.PATCH_LEVEL, out int patch));
        return new Version(major, minor, patch);
    }

    static Version NvrtcVersion()
    {
        Nvrtc.Check(Nvrtc.nvrtcVersion(out int major, out int minor));
        return new Version(major, minor);
    }
}
