// A fake cuBLAS: products as plain loops, column by column as the real one's, with its checks.
#include "Fake.h"
#include <algorithm>
#include <cstring>
#include <set>
#include <vector>

enum
{
    CUBLAS_STATUS_SUCCESS = 0,
    CUBLAS_STATUS_NOT_INITIALIZED = 1,
    CUBLAS_STATUS_ALLOC_FAILED = 3,
    CUBLAS_STATUS_INVALID_VALUE = 7,
    CUBLAS_STATUS_MAPPING_ERROR = 11,
    CUBLAS_STATUS_EXECUTION_FAILED = 13,
    CUBLAS_STATUS_NOT_SUPPORTED = 15,
};

struct Handle { Stream* stream = nullptr; void* workspace = nullptr; size_t workspaceBytes = 0; };

static std::set<Handle*> handles;

#define BEGIN \
    std::lock_guard guard_(fake::lock()); \
    if (int status_ = fake::takeFailure(__func__)) return status_; \
    if (handles.count(handle) == 0) return CUBLAS_STATUS_NOT_INITIALIZED; \
    if (!fake::hasContext()) return CUBLAS_STATUS_MAPPING_ERROR

// How a factor is rounded: to so many bits of fraction; 0 is not at all.
template <typename T> static T rounded(T value, int) { return value; }

template <> float rounded(float value, int bits)
{
    if (bits == 0) return value;
    uint32_t word;
    std::memcpy(&word, &value, 4);
    int dropped = 23 - bits;
    word += (1u << (dropped - 1)) - 1 + ((word >> dropped) & 1);
    word &= ~((1u << dropped) - 1);
    std::memcpy(&value, &word, 4);
    return value;
}

template <typename T> static int multiply(
    Handle* handle, int transposeA, int transposeB, int m, int n, int k, const T* alpha, const T* a, int lda, const T* b, int ldb, const T* beta, T* c, int ldc, int bits)
{
    if (transposeA < 0 || transposeA > 1 || transposeB < 0 || transposeB > 1 || m < 0 || n < 0 || k < 0 || !alpha || !beta) return CUBLAS_STATUS_INVALID_VALUE;
    int rowsA = transposeA ? k : m, columnsA = transposeA ? m : k, rowsB = transposeB ? n : k, columnsB = transposeB ? k : n;
    auto atLeastOne = [](int rows) { return rows > 1 ? rows : 1; };
    if (lda < atLeastOne(rowsA) || ldb < atLeastOne(rowsB) || ldc < atLeastOne(m)) return CUBLAS_STATUS_INVALID_VALUE;
    if (m == 0 || n == 0) return CUBLAS_STATUS_SUCCESS;
    auto isThere = [](const T* matrix, int rows, int columns, int leading)
    { return rows == 0 || columns == 0 || fake::isAllocated(matrix, (size_t(columns - 1) * size_t(leading) + size_t(rows)) * sizeof(T)); };
    if (!isThere(a, rowsA, columnsA, lda) || !isThere(b, rowsB, columnsB, ldb) || !isThere(c, m, n, ldc)) return CUBLAS_STATUS_INVALID_VALUE;
    if (fake::isRecording(handle->stream) && !handle->workspace) return CUBLAS_STATUS_EXECUTION_FAILED;
    bool isQueued = fake::enqueue(handle->stream, [=, alpha = *alpha, beta = *beta]
    {
        // All rows of a column at once: each sum is in the order of i still, and no sum waits for itself.
        std::vector<T> sums(static_cast<size_t>(m));
        size_t nextRow = transposeA ? size_t(lda) : 1, nextInner = transposeA ? 1 : size_t(lda);
        for (int column = 0; column < n; column++)
        {
            std::fill(sums.begin(), sums.end(), T(0));
            for (int i = 0; i < k; i++)
            {
                const T* left = a + size_t(i) * nextInner;
                T right = rounded(transposeB ? b[size_t(i) * ldb + column] : b[size_t(column) * ldb + i], bits);
                for (int row = 0; row < m; row++) sums[row] += rounded(left[size_t(row) * nextRow], bits) * right;
            }

            for (int row = 0; row < m; row++)
            {
                T& result = c[size_t(column) * ldc + row];
                result = beta == 0 ? alpha * sums[row] : alpha * sums[row] + beta * result;
            }
        }

        return 0;
    });
    return isQueued ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_EXECUTION_FAILED;
}

EXPORT int fakeLiveCublasHandles() { return int(handles.size()); }

EXPORT int cublasGetProperty(int property, int* value)
{
    if (property < 0 || property > 2) return CUBLAS_STATUS_INVALID_VALUE;
    *value = property == 0 ? 12 : property == 1 ? 8 : 4;
    return CUBLAS_STATUS_SUCCESS;
}

EXPORT const char* cublasGetStatusString(int status) { return status == CUBLAS_STATUS_INVALID_VALUE ? "an unsupported value or parameter was passed to the function" : "the fake cuBLAS failed"; }

EXPORT int cublasCreate_v2(Handle** handle)
{
    std::lock_guard guard(fake::lock());
    if (int status = fake::takeFailure(__func__)) return status;
    if (!fake::hasContext()) return CUBLAS_STATUS_NOT_INITIALIZED;
    handles.insert(*handle = new Handle());
    return CUBLAS_STATUS_SUCCESS;
}

EXPORT int cublasDestroy_v2(Handle* handle)
{
    BEGIN;
    handles.erase(handle);
    delete handle;
    return CUBLAS_STATUS_SUCCESS;
}

EXPORT int cublasSetStream_v2(Handle* handle, Stream* stream)
{
    BEGIN;
    *handle = {stream};   // as the real one does: the workspace is the library's own again
    return CUBLAS_STATUS_SUCCESS;
}

EXPORT int cublasSetWorkspace_v2(Handle* handle, void* workspace, size_t bytes)
{
    BEGIN;
    if (uintptr_t(workspace) % 256 != 0 || !fake::isAllocated(workspace, bytes)) return CUBLAS_STATUS_INVALID_VALUE;
    handle->workspace = workspace;
    handle->workspaceBytes = bytes;
    return CUBLAS_STATUS_SUCCESS;
}

EXPORT int cublasSgemm_v2(
    Handle* handle, int transposeA, int transposeB, int m, int n, int k, const float* alpha, const float* a, int lda, const float* b, int ldb, const float* beta, float* c, int ldc)
{
    BEGIN;
    return multiply(handle, transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, 0);
}

EXPORT int cublasDgemm_v2(
    Handle* handle, int transposeA, int transposeB, int m, int n, int k, const double* alpha, const double* a, int lda, const double* b, int ldb, const double* beta, double* c,
    int ldc)
{
    BEGIN;
    return multiply(handle, transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, 0);
}

EXPORT int cublasGemmEx(
    Handle* handle, int transposeA, int transposeB, int m, int n, int k, const void* alpha, const void* a, int typeA, int lda, const void* b, int typeB, int ldb,
    const void* beta, void* c, int typeC, int ldc, int computeType, int algorithm)
{
    BEGIN;
    constexpr int float32 = 0, fastBFloat16 = 75, fastTensorFloat32 = 77, defaultAlgorithm = -1;
    if (typeA != float32 || typeB != float32 || typeC != float32 || algorithm != defaultAlgorithm) return CUBLAS_STATUS_NOT_SUPPORTED;
    if (computeType != fastBFloat16 && computeType != fastTensorFloat32) return CUBLAS_STATUS_NOT_SUPPORTED;
    return multiply(
        handle, transposeA, transposeB, m, n, k, (const float*)alpha, (const float*)a, lda, (const float*)b, ldb, (const float*)beta, (float*)c, ldc,
        computeType == fastBFloat16 ? 7 : 10);
}
