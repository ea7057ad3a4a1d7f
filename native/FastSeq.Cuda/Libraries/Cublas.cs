using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastSeq.Cuda.Libraries;

/// <summary>The functions of cuBLAS that are used, under their own names: those that CUDA 12 and 13 both have.</summary>
static unsafe partial class Cublas
{
    /// <summary>By this name the resolver knows the library.</summary>
    public const string Library = "cublas";

    public const int CUBLAS_STATUS_SUCCESS = 0;

    public const int CUBLAS_OP_N = 0;
    public const int CUBLAS_OP_T = 1;

    public const int CUDA_R_32F = 0;
    public const int CUBLAS_COMPUTE_32F_FAST_16BF = 75;
    public const int CUBLAS_COMPUTE_32F_FAST_TF32 = 77;
    public const int CUBLAS_GEMM_DEFAULT = -1;

    public const int MAJOR_VERSION = 0;
    public const int MINOR_VERSION = 1;
    public const int PATCH_LEVEL = 2;

    [LibraryImport(Library)]
    public static partial int cublasGetProperty(int property, out int value);

    [LibraryImport(Library)]
    private static partial byte* cublasGetStatusString(int status);

    [LibraryImport(Library)]
    public static partial int cublasCreate_v2(out nint handle);

    [LibraryImport(Library)]
    public static partial int cublasDestroy_v2(nint handle);

    [LibraryImport(Library)]
    public static partial int cublasSetStream_v2(CublasHandle handle, CudaStream stream);

    [LibraryImport(Library)]
    public static partial int cublasSetWorkspace_v2(CublasHandle handle, DevicePointer workspace, nuint bytes);

    [LibraryImport(Library)]
    public static partial int cublasSgemm_v2(
        CublasHandle handle, int transposeA, int transposeB, int m, int n, int k,
        in float alpha, DevicePointer a, int lda, DevicePointer b, int ldb, in float beta, DevicePointer c, int ldc);

    [LibraryImport(Library)]
    public static partial int cublasDgemm_v2(
        CublasHandle handle, int transposeA, int transposeB, int m, int n, int k,
        in double alpha, DevicePointer a, int lda, DevicePointer b, int ldb, in double beta, DevicePointer c, int ldc);

    [LibraryImport(Library)]
    public static partial int cublasGemmEx(
        CublasHandle handle, int transposeA, int transposeB, int m, int n, int k,
        in float alpha, DevicePointer a, int typeA, int lda, DevicePointer b, int typeB, int ldb, in float beta, DevicePointer c, int typeC, int ldc,
        int computeType, int algorithm);

    /// <summary>Throws where a call failed.</summary>
    /// <param name="status">What it returned.</param>
    /// <param name="call">The call, which the compiler writes.</param>
    public static void Check(int status, [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status != CUBLAS_STATUS_SUCCESS)
            throw new CudaException("cuBLAS", CudaException.FunctionOf(call), status, Marshal.PtrToStringUTF8((nint)cublasGetStatusString(status)) ?? "cuBLAS does not know this status");
    }
}
