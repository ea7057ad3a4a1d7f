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

#define DYNAMIC_SHARED(Type, name) Type* const name = (Type*)fastseq_threads->shared
#define SPIN() fastseq_threads->spin()

using std::erf; using std::exp; using std::fabs; using std::fma; using std::log; using std::log1p; using std::sqrt; using std::tanh;

struct alignas(16) float4 { float x, y, z, w; };
struct alignas(16) double2 { double x, y; };

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
