using FastSeq.Cuda.Libraries;

namespace FastSeq.Cuda;

/// <content>Products by cuBLAS.</content>
sealed partial class CudaQueue
{
    /// <summary>
    /// C = op(A)·op(B) + beta·C, all of them row by row: C [m, n], op(A) [m, k], op(B) [k, n]. A leading dimension is how many numbers lie between the starts of two rows.
    /// </summary>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">The inner size.</param>
    /// <param name="a">A [m, k], or [k, m] where it is transposed.</param>
    /// <param name="lda">Its leading dimension.</param>
    /// <param name="transposeA">Whether op(A) is A transposed.</param>
    /// <param name="b">B [k, n], or [n, k] where it is transposed.</param>
    /// <param name="ldb">Its leading dimension.</param>
    /// <param name="transposeB">Whether op(B) is B transposed.</param>
    /// <param name="beta">What C is multiplied by before; where it is 0, C need not hold numbers.</param>
    /// <param name="c">C.</param>
    /// <param name="ldc">Its leading dimension.</param>
    public void Multiply(int m, int n, int k, DevicePointer a, int lda, bool transposeA, DevicePointer b, int ldb, bool transposeB, double beta, DevicePointer c, int ldc)
    {
        if (m == 0 || n == 0) return;
        Enter();

        // cuBLAS takes columns for rows: what it sees is Cᵀ = op(B)ᵀ·op(A)ᵀ.
        int operationA = transposeA ? Cublas.CUBLAS_OP_T : Cublas.CUBLAS_OP_N, operationB = transposeB ? Cublas.CUBLAS_OP_T : Cublas.CUBLAS_OP_N;
        if (_isDouble)
        {
            Cublas.Check(Cublas.cublasDgemm_v2(_cublas, operationB, operationA, n, m, k, 1, b, ldb, a, lda, beta, c, ldc));
        }
        else if (ProductPrecision == ProductPrecision.Float32)
        {
            Cublas.Check(Cublas.cublasSgemm_v2(_cublas, operationB, operationA, n, m, k, 1, b, ldb, a, lda, (float)beta, c, ldc));
        }
        else
        {
            int compute = ProductPrecision == ProductPrecision.BFloat16 ? Cublas.CUBLAS_COMPUTE_32F_FAST_16BF : Cublas.CUBLAS_COMPUTE_32F_FAST_TF32;
            Cublas.Check(Cublas.cublasGemmEx(
                _cublas, operationB, operationA, n, m, k, 1, b, Cublas.CUDA_R_32F, ldb, a, Cublas.CUDA_R_32F, lda, (float)beta, c, Cublas.CUDA_R_32F, ldc,
                compute, Cublas.CUBLAS_GEMM_DEFAULT));
        }
    }
}
