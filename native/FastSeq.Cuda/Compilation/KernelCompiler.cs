using System.Text;
using FastSeq.Cuda.Libraries;

namespace FastSeq.Cuda.Compilation;

/// <summary>Compiles CUDA C++ for a device by NVRTC, once for every source and machine.</summary>
static unsafe class KernelCompiler
{
    /// <summary>What the driver can load: code of the device itself, or text that the driver compiles where NVRTC is older than the device.</summary>
    /// <exception cref="CudaException">The source does not compile; the message holds what the compiler says.</exception>
    public static byte[] Compile(string source, CudaDevice device, bool isDouble)
    {
        string architecture = ArchitectureFor(device);
        string[] options = OptionsFor(architecture, isDouble);
        string key = KernelCache.KeyOf([source, .. options, $"NVRTC {CudaDevice.NvrtcVersion}"]);
        if (KernelCache.TryRead(key) is { } image) return image;
        image = Compile(source, options, isText: architecture.StartsWith("compute_", StringComparison.Ordinal), out _);
        KernelCache.Write(key, image);
        return image;
    }

    /// <summary>The device's own architecture where NVRTC knows it, else the newest that it does know.</summary>
    static string ArchitectureFor(CudaDevice device)
    {
        Nvrtc.Check(Nvrtc.nvrtcGetNumSupportedArchs(out int count));
        int[] known = new int[count];
        fixed (int* first = known) Nvrtc.Check(Nvrtc.nvrtcGetSupportedArchs(first));
        int wanted = (device.ComputeCapability.Major * 10) + device.ComputeCapability.Minor;
        if (known.Contains(wanted)) return $"sm_{wanted}";
        int[] older = [.. known.Where(architecture => architecture < wanted)];
        if (older.Length > 0) return $"compute_{older.Max()}";
        throw new NotSupportedException(
            $"NVRTC {CudaDevice.NvrtcVersion} makes no code for {device.Name}, whose compute capability is {device.ComputeCapability}. Install an older CUDA toolkit, and name its folder in {LibraryFinder.PathVariable}.");
    }

    /// <summary>What the compiler is told.</summary>
    /// <param name="architecture">As sm_90, or compute_90 for text.</param>
    /// <param name="isDouble">What a real is.</param>
    public static string[] OptionsFor(string architecture, bool isDouble) => [$"--gpu-architecture={architecture}", "-std=c++17", $"-DREAL={(isDouble ? "double" : "float")}"];

    /// <summary>Compiles, whatever has been kept.</summary>
    /// <param name="source">The text.</param>
    /// <param name="options">What the compiler is told, the architecture and what a real is among it.</param>
    /// <param name="isText">Whether the result is text for the driver to compile.</param>
    /// <param name="log">What the compiler says of a text that it compiles, if anything.</param>
    /// <exception cref="CudaException">The source does not compile; the message holds what the compiler says.</exception>
    public static byte[] Compile(string source, string[] options, bool isText, out string log)
    {
        Nvrtc.Check(Nvrtc.nvrtcCreateProgram(out nint program, source, "FastSeq.cu", 0, 0, 0));
        try
        {
            int status = Nvrtc.nvrtcCompileProgram(program, options.Length, options);
            log = LogOf(program);
            Nvrtc.Check(status, log, nameof(Nvrtc.nvrtcCompileProgram));
            nuint bytes;
            if (isText) Nvrtc.Check(Nvrtc.nvrtcGetPTXSize(program, out bytes));
            else Nvrtc.Check(Nvrtc.nvrtcGetCUBINSize(program, out bytes));
            byte[] image = new byte[bytes];
            fixed (byte* first = image)
            {
                if (isText) Nvrtc.Check(Nvrtc.nvrtcGetPTX(program, first));
                else Nvrtc.Check(Nvrtc.nvrtcGetCUBIN(program, first));
            }

            return image;
        }
        finally
        {
            _ = Nvrtc.nvrtcDestroyProgram(ref program);
        }
    }

    static string LogOf(nint program)
    {
        if (Nvrtc.nvrtcGetProgramLogSize(program, out nuint bytes) != Nvrtc.NVRTC_SUCCESS) return "";
        byte[] log = new byte[bytes];
        fixed (byte* first = log)
        {
            if (Nvrtc.nvrtcGetProgramLog(program, first) != Nvrtc.NVRTC_SUCCESS) return "";
        }

        return Encoding.UTF8.GetString(log).TrimEnd('\0', '\n');
    }
}
