using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq.Cuda.Libraries;

/// <summary>The functions of NVRTC, the compiler of CUDA C++, that are used, under their own names: those that CUDA 12 and 13 both have.</summary>
static unsafe partial class Nvrtc
{
    /// <summary>By this name the resolver knows the library.</summary>
    public const string Library = "nvrtc";

    public const int NVRTC_SUCCESS = 0;

    [LibraryImport(Library)]
    public static partial int nvrtcVersion(out int major, out int minor);

    [LibraryImport(Library)]
    private static partial byte* nvrtcGetErrorString(int status);

    [LibraryImport(Library)]
    public static partial int nvrtcGetNumSupportedArchs(out int count);

    [LibraryImport(Library)]
    public static partial int nvrtcGetSupportedArchs(int* architectures);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nvrtcCreateProgram(out nint program, string source, string name, int headerCount, nint headers, nint headerNames);

    [LibraryImport(Library)]
    public static partial int nvrtcDestroyProgram(ref nint program);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int nvrtcCompileProgram(nint program, int optionCount, string[] options);

    [LibraryImport(Library)]
    public static partial int nvrtcGetProgramLogSize(nint program, out nuint bytes);

    [LibraryImport(Library)]
    public static partial int nvrtcGetProgramLog(nint program, byte* log);

    [LibraryImport(Library)]
    public static partial int nvrtcGetCUBINSize(nint program, out nuint bytes);

    [LibraryImport(Library)]
    public static partial int nvrtcGetCUBIN(nint program, byte* binary);

    [LibraryImport(Library)]
    public static partial int nvrtcGetPTXSize(nint program, out nuint bytes);

    [LibraryImport(Library)]
    public static partial int nvrtcGetPTX(nint program, byte* text);

    /// <summary>Throws where a call failed.</summary>
    /// <param name="status">What it returned.</param>
    /// <param name="log">What the compiler said, if anything.</param>
    /// <param name="call">The call, which the compiler writes.</param>
    public static void Check(int status, string log = "", [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status == NVRTC_SUCCESS) return;
        string text = Marshal.PtrToStringUTF8((nint)nvrtcGetErrorString(status)) ?? "NVRTC does not know this status";
        throw new CudaException("NVRTC", CudaException.FunctionOf(call), status, log.Length == 0 ? text : $"{text}\n{log}");
    }
}
