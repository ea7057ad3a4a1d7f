// The language of the device, in C++: the fake NVRTC lets every source begin with it. Kernels are compiled as they are for a device; the fake driver runs their threads (CudaThreads.cpp).
#pragma once
#include "Threads.h"
#include <cmath>
#include <cstring>
#include <type_traits>

extern "C" { __attribute__((visibility("default"))) FakeThreads* fastseq_threads; }

#define __CUDACC__ 1
#define __device__ static
#define __forceinline__ inline
#define __launch_bounds__(threads)
#define __shared__ static
#define threadIdx (fastseq_threads->thread)
#define blockIdx (fastseq_threads->block)
#define blockDim (fastseq_threads->blockSize)
#define gridDim (fastseq_threads->gridSize)

// A kernel, and the two things that the fake driver looks for: how it is called, and how large its parameter is.
#define KERNEL(name, Arguments) \
    static void name(const Arguments a); \
    extern "C" const unsigned long long fastseq_size_##name = sizeof(Arguments); \
    extern "C" void fastseq_thread_##name(const void* arguments) { name(*(const Arguments*)arguments); } \
    static void name(const Arguments a)

#define ROOMY_KERNEL(name, Arguments) KERNEL(name, Arguments)
#define DYNAMIC_SHARED(Type, name) Type* const name = (Type*)fastseq_threads->shared
#define SPIN() fastseq_threads->spin()

using std::erf; using std::exp; using std::fabs; using std::fma; using std::log; using std::log1p; using std::sqrt; using std::tanh;

struct alignas(16) float4 { float x, y, z, w; };
struct alignas(16) double2 { double x, y; };
struct alignas(16) uint4 { unsigned x, y, z, w; };

inline void __syncthreads() { fastseq_threads->syncBlock(); }
inline void __threadfence() {}
template <typename Number> inline Number __ldcg(const Number* from) { return *from; }
template <typename Number> inline Number atomicAdd(Number* to, Number value) { Number before = *to; *to = before + value; return before; }

template <typename Number> inline Number __shfl_sync(unsigned mask, Number value, unsigned lane)
{
    static_assert(sizeof(Number) <= 8, "a shuffle is of 4 or 8 bytes");
    unsigned long long bits = 0;
    std::memcpy(&bits, &value, sizeof(Number));
    bits = fastseq_threads->exchange(mask, bits, lane);
    std::memcpy(&value, &bits, sizeof(Number));
    return value;
}

template <typename Number> inline Number __shfl_xor_sync(unsigned mask, Number value, int lanes) { return __shfl_sync(mask, value, (threadIdx.x & 31) ^ unsigned(lanes)); }

template <typename Number> inline Number __shfl_down_sync(unsigned mask, Number value, unsigned lanes)
{
    const unsigned lane = threadIdx.x & 31;
    return __shfl_sync(mask, value, lane + lanes < 32 ? lane + lanes : lane);
}

// One instruction of a tensor core, by a warp: 16 rows times 8 columns, eight words of each. All lanes lay their words on a table that lane 0 has on its stack.
#define TENSOR_PRODUCT(sums, ...) tensorProduct<BFLOAT16>(sums, {__VA_ARGS__})

struct TensorWords { unsigned rows[4], columns[2]; };   // rows: the first word of the first row and of that eight further, then the second words

inline float floatOf(unsigned bits)
{
    float number;
    std::memcpy(&number, &bits, 4);
    return number;
}

template <int isBFloat16> inline float wordProduct(unsigned x, unsigned y)
{
    if (!isBFloat16) return floatOf(x & 0xFFFFE000u) * floatOf(y & 0xFFFFE000u);   // the bits below are not looked at
    return floatOf(x << 16) * floatOf(y << 16) + floatOf(x & 0xFFFF0000u) * floatOf(y & 0xFFFF0000u);
}

template <int isBFloat16> inline void tensorProduct(float (&sums)[4], const TensorWords& words)
{
    const unsigned everyone = 0xFFFFFFFFu, lane = threadIdx.x & 31;
    TensorWords own[32];
    TensorWords* const table = (TensorWords*)fastseq_threads->exchange(everyone, (unsigned long long)own, 0);
    table[lane] = words;
    fastseq_threads->exchange(everyone, 0, lane);
    for (unsigned row = 0; row < 2; row++)
        for (unsigned column = 0; column < 2; column++)
            for (unsigned next = 0; next < 4; next++)
                for (unsigned word = 0; word < 2; word++)
                    sums[row * 2 + column] += wordProduct<isBFloat16>(table[lane / 4 * 4 + next].rows[word * 2 + row], table[(lane % 4 * 2 + column) * 4 + next].columns[word]);
    fastseq_threads->exchange(everyone, 0, lane);
}
