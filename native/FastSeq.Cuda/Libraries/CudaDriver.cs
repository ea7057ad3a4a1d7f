using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq.Cuda.Libraries;

/// <summary>The functions of the CUDA driver that are used, under their own names: those that CUDA 12 and 13 both have.</summary>
static unsafe partial class CudaDriver
{
    /// <summary>By this name the resolver knows the library.</summary>
    public const string Library = "cuda";

    /// <summary>cuDriverGetVersion of CUDA 12.0, the oldest that will do.</summary>
    public const int OldestVersion = 12000;

    public const int CUDA_SUCCESS = 0;
    public const int CUDA_ERROR_OUT_OF_MEMORY = 2;
    public const int CUDA_ERROR_NO_DEVICE = 100;
    public const int CUDA_ERROR_NOT_FOUND = 500;

    public const int CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT = 16;
    public const int CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75;
    public const int CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76;
    public const int CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH = 95;
    public const int CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN = 97;

    public const int CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES = 8;

    public const uint CU_STREAM_NON_BLOCKING = 1;
    public const uint CU_EVENT_DISABLE_TIMING = 2;
    public const int CU_STREAM_CAPTURE_MODE_THREAD_LOCAL = 1;

    [LibraryImport(Library)]
    public static partial int cuInit(uint flags);

    [LibraryImport(Library)]
    public static partial int cuDriverGetVersion(out int version);

    [LibraryImport(Library)]
    private static partial int cuGetErrorName(int status, out byte* text);

    [LibraryImport(Library)]
    private static partial int cuGetErrorString(int status, out byte* text);

    [LibraryImport(Library)]
    public static partial int cuDeviceGetCount(out int count);

    [LibraryImport(Library)]
    public static partial int cuDeviceGet(out int device, int ordinal);

    [LibraryImport(Library)]
    public static partial int cuDeviceGetName(byte* name, int length, int device);

    [LibraryImport(Library)]
    public static partial int cuDeviceTotalMem_v2(out nuint bytes, int device);

    [LibraryImport(Library)]
    public static partial int cuDeviceGetAttribute(out int value, int attribute, int device);

    [LibraryImport(Library)]
    public static partial int cuDevicePrimaryCtxRetain(out nint context, int device);

    [LibraryImport(Library)]
    public static partial int cuDevicePrimaryCtxRelease_v2(int device);

    [LibraryImport(Library)]
    public static partial int cuCtxSetCurrent(nint context);

    [LibraryImport(Library)]
    public static partial int cuMemGetInfo_v2(out nuint free, out nuint total);

    [LibraryImport(Library)]
    public static partial int cuMemAlloc_v2(out nint pointer, nuint bytes);

    [LibraryImport(Library)]
    public static partial int cuMemFree_v2(nint pointer);

    [LibraryImport(Library)]
    public static partial int cuMemHostAlloc(out nint pointer, nuint bytes, uint flags);

    [LibraryImport(Library)]
    public static partial int cuMemFreeHost(nint pointer);

    [LibraryImport(Library)]
    public static partial int cuMemcpyHtoDAsync_v2(DevicePointer to, nint from, nuint bytes, CudaStream stream);

    [LibraryImport(Library)]
    public static partial int cuMemcpyDtoHAsync_v2(nint to, DevicePointer from, nuint bytes, CudaStream stream);

    [LibraryImport(Library)]
    public static partial int cuMemcpyDtoDAsync_v2(DevicePointer to, DevicePointer from, nuint bytes, CudaStream stream);

    [LibraryImport(Library)]
    public static partial int cuMemsetD8Async(DevicePointer to, byte value, nuint bytes, CudaStream stream);

    [LibraryImport(Library)]
    public static partial int cuStreamCreate(out nint stream, uint flags);

    [LibraryImport(Library)]
    public static partial int cuStreamDestroy_v2(nint stream);

    [LibraryImport(Library)]
    public static partial int cuStreamSynchronize(CudaStream stream);

    [LibraryImport(Library)]
    public static partial int cuEventCreate(out nint created, uint flags);

    [LibraryImport(Library)]
    public static partial int cuEventRecord(CudaEvent recorded, CudaStream stream);

    [LibraryImport(Library)]
    public static partial int cuStreamWaitEvent(CudaStream stream, CudaEvent awaited, uint flags);

    [LibraryImport(Library)]
    public static partial int cuEventSynchronize(CudaEvent recorded);

    [LibraryImport(Library)]
    public static partial int cuEventDestroy_v2(nint destroyed);

    [LibraryImport(Library)]
    public static partial int cuModuleLoadData(out nint module, byte* image);

    [LibraryImport(Library)]
    public static partial int cuModuleUnload(nint module);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int cuModuleGetFunction(out nint function, CudaModule module, string name);

    /// <summary>Since CUDA 12.4.</summary>
    [LibraryImport(Library)]
    public static partial int cuFuncGetParamInfo(nint function, nuint index, out nuint offset, out nuint bytes);

    [LibraryImport(Library)]
    public static partial int cuLaunchKernel(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, CudaStream stream, void** parameters, void** extra);

    [LibraryImport(Library)]
    public static partial int cuLaunchCooperativeKernel(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, CudaStream stream, void** parameters);

    [LibraryImport(Library)]
    public static partial int cuFuncSetAttribute(nint function, int attribute, int value);

    [LibraryImport(Library)]
    public static partial int cuOccupancyMaxActiveBlocksPerMultiprocessor(out int blocks, nint function, int blockSize, nuint sharedBytes);

    [LibraryImport(Library)]
    public static partial int cuStreamBeginCapture_v2(CudaStream stream, int mode);

    [LibraryImport(Library)]
    public static partial int cuStreamEndCapture(CudaStream stream, out nint graph);

    [LibraryImport(Library)]
    public static partial int cuGraphInstantiateWithFlags(out nint executable, nint graph, ulong flags);

    [LibraryImport(Library)]
    public static partial int cuGraphDestroy(nint graph);

    [LibraryImport(Library)]
    public static partial int cuGraphExecDestroy(nint executable);

    [LibraryImport(Library)]
    public static partial int cuGraphLaunch(CudaGraph executable, CudaStream stream);

    /// <summary>Throws where a call failed.</summary>
    /// <param name="status">What it returned.</param>
    /// <param name="call">The call, which the compiler writes.</param>
    public static void Check(int status, [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status != CUDA_SUCCESS) throw new CudaException("the CUDA driver", CudaException.FunctionOf(call), status, TextOf(status));
    }

    /// <summary>What the driver says about a status.</summary>
    public static string TextOf(int status)
    {
        if (cuGetErrorName(status, out byte* name) != CUDA_SUCCESS || cuGetErrorString(status, out byte* text) != CUDA_SUCCESS) return "the driver does not know this status";
        return $"{Marshal.PtrToStringUTF8((nint)name)}, {Marshal.PtrToStringUTF8((nint)text)}";
    }
}
