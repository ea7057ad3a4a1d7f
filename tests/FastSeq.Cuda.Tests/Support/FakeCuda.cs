using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace FastSeq.Cuda.Tests.Support;

/// <summary>
/// Builds the fake CUDA libraries of Fake/ before the first test and lets them be found instead of real ones. They compute on the CPU and check every argument, so that
/// what calls them is tested without a GPU.
/// </summary>
public sealed unsafe class FakeCuda : IDisposable
{
    public const string PathVariable = "FASTSEQ_CUDA_PATH", CacheVariable = "FASTSEQ_CACHE";

    // Kernels run less long than they compile. (Without instructions that this machine alone has: the change between those and the others costs more than it brings.)
    const string KernelOptions = "-std=c++17 -O1 -w -fPIC";

    static readonly Lock s_lock = new();
    static string? s_folder;
    static nint s_driver, s_cublas, s_nvrtc;

    public FakeCuda() => EnsureBuilt();

    /// <summary>Why there are no fakes, or null.</summary>
    public static string? Missing { get; private set; }

    /// <summary>The folder of the fakes.</summary>
    public static string Folder => s_folder!;

    /// <summary>How often the fake NVRTC has compiled.</summary>
    public static int Compilations => ((delegate* unmanaged<int>)NativeLibrary.GetExport(s_nvrtc, "fakeCompilations"))();

    /// <summary>How many things (memory, handles, contexts, programs) were taken and not given back.</summary>
    public static int LiveThings =>
        ((delegate* unmanaged<int>)NativeLibrary.GetExport(s_driver, "fakeLiveThings"))()
        + ((delegate* unmanaged<int>)NativeLibrary.GetExport(s_cublas, "fakeLiveCublasHandles"))()
        + ((delegate* unmanaged<int>)NativeLibrary.GetExport(s_nvrtc, "fakeLivePrograms"))();

    /// <summary>How many bytes have gone to devices.</summary>
    public static long BytesUp => ((delegate* unmanaged<long>)NativeLibrary.GetExport(s_driver, "fakeBytesUp"))();

    /// <summary>How many bytes have come from devices.</summary>
    public static long BytesDown => ((delegate* unmanaged<long>)NativeLibrary.GetExport(s_driver, "fakeBytesDown"))();

    /// <summary>How many kernels were launched, those of graphs not among them.</summary>
    public static long KernelLaunches => ((delegate* unmanaged<long>)NativeLibrary.GetExport(s_driver, "fakeKernelLaunches"))();

    /// <summary>How many graphs were launched.</summary>
    public static long GraphLaunches => ((delegate* unmanaged<long>)NativeLibrary.GetExport(s_driver, "fakeGraphLaunches"))();

    /// <summary>The error that a kernel has left the device with, or 0: it wrote outside of all memory, for instance.</summary>
    public static int Sickness => ((delegate* unmanaged<int>)NativeLibrary.GetExport(s_driver, "fakeSickness"))();

    /// <summary>How many kernels were launched or recorded, and how many of those whose blocks wait for each other.</summary>
    public static (long Plain, long Together) Launches =>
        (((delegate* unmanaged<long>)NativeLibrary.GetExport(s_driver, "fakeLaunches"))(), ((delegate* unmanaged<long>)NativeLibrary.GetExport(s_driver, "fakeLaunchesTogether"))());

    /// <summary>Says in which order threads run: any that follows from a number, or for 0 that of their own numbers.</summary>
    public static void Shuffle(ulong seed) => ((delegate* unmanaged<ulong, void>)NativeLibrary.GetExport(s_driver, "fakeShuffle"))(seed);

    /// <summary>Says whether copies to the device are done as early as streams and events allow; by default they are done, as all work, only when somebody waits for it.</summary>
    public static void Hasten(bool value) => ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(s_driver, "fakeHasten"))(value ? 1 : 0);

    /// <summary>Says how many multiprocessors there are for blocks that wait for each other; by default 2.</summary>
    public static void SetMultiprocessors(int count) => ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(s_driver, "fakeSetMultiprocessors"))(count);

    /// <summary>Builds the fakes if nobody has, and sets the variables by which they are found. To be called before the first use of a device.</summary>
    public static void EnsureBuilt()
    {
        lock (s_lock)
        {
            if (s_folder is not null || Missing is not null || Child.IsThis) return;
            if (!OperatingSystem.IsLinux())
            {
                Missing = "The fake CUDA libraries are built on Linux alone.";
                return;
            }

            if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "g++"))))
            {
                Missing = "There is no g++, which builds the fake CUDA libraries.";
                return;
            }

            s_folder = Directory.CreateTempSubdirectory("fastseq-fake-cuda-").FullName;
            string header = Path.Combine(s_folder, "Device.h");
            File.WriteAllText(header, $"#include \"{SourceOf("Device.h")}\"\n");
            Parallel.Invoke(
                () =>
                {
                    Compile("libcuda.so.1", "-Wl,-soname,libcuda.so.1", SourceOf("Cuda.cpp"), SourceOf("CudaStreams.cpp"), SourceOf("CudaKernels.cpp"), SourceOf("CudaThreads.cpp"), "-ldl");
                    Compile("libcublas.so.12", SourceOf("Cublas.cpp"), $"-L{s_folder}", "-l:libcuda.so.1", "-Wl,-rpath,$ORIGIN");
                },
                () => Compile("libnvrtc.so.12", "-DCOMPILER=\"g++\"", $"-DOPTIONS=\"{KernelOptions}\"", $"-DHEADER=\"{header}\"", $"-DKEPT=\"{Path.Combine(s_folder, "kernels")}\"", SourceOf("Nvrtc.cpp")),
                () => RunCompiler([.. KernelOptions.Split(' '), "-x", "c++-header", "-o", $"{header}.gch", header]));
            s_driver = NativeLibrary.Load(Path.Combine(s_folder, "libcuda.so.1"));
            s_cublas = NativeLibrary.Load(Path.Combine(s_folder, "libcublas.so.12"));
            s_nvrtc = NativeLibrary.Load(Path.Combine(s_folder, "libnvrtc.so.12"));
            Environment.SetEnvironmentVariable(PathVariable, s_folder);
            Environment.SetEnvironmentVariable(CacheVariable, Path.Combine(s_folder, "cache"));
        }
    }

    /// <summary>Skips a test where there are no fakes.</summary>
    public static void SkipIfMissing() => Xunit.Assert.SkipWhen(Missing is not null, Missing ?? "");

    /// <summary>Lets a function of the driver or cuBLAS fail, after some more calls of it that do not.</summary>
    public static void Fail(string function, int status, int after = 0)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(function + '\0')) ((delegate* unmanaged<byte*, int, int, void>)NativeLibrary.GetExport(s_driver, "fakeFail"))(name, status, after);
    }

    /// <summary>Forgets an error of the device, after which a real one would be lost to the process.</summary>
    public static void Heal() => ((delegate* unmanaged<void>)NativeLibrary.GetExport(s_driver, "fakeHeal"))();

    /// <summary>Says what the fake NVRTC can compile for; by default 75, 80, 86, 89, 90, 100.</summary>
    public static void SetArchitectures(params int[] values)
    {
        fixed (int* first = values) ((delegate* unmanaged<int*, int, void>)NativeLibrary.GetExport(s_nvrtc, "fakeSetArchitectures"))(first, values.Length);
    }

    public void Dispose()
    {
        if (s_folder is not null) Directory.Delete(s_folder, recursive: true);
    }

    static string SourceOf(string name) => Path.Combine(AppContext.BaseDirectory, "Fake", name);

    static void Compile(string library, params string[] arguments) => RunCompiler(["-std=c++17", "-O2", "-shared", "-fPIC", "-o", Path.Combine(s_folder!, library), .. arguments]);

    static void RunCompiler(string[] arguments)
    {
        var start = new ProcessStartInfo("g++", arguments) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"g++ {string.Join(' ', arguments)}:\n{errors}");
    }
}
