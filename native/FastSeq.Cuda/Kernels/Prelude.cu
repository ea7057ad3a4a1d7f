// What all kernels begin with, compiled by NVRTC for the device. (Where there is none, tests compile the same text as C++ with a header that stands for the device's language.)
// A kernel takes one struct whose fields have 8 bytes each, and loops: it is right for any grid and any number of threads a block, one of each included.

typedef REAL real;
typedef long long i64;
typedef unsigned long long u64;
typedef unsigned int u32;
typedef unsigned short u16;

#define DEVICE __device__ __forceinline__
#define EACH(place, count) for (i64 place = (i64)blockIdx.x * blockDim.x + threadIdx.x, end_of_##place = (count); place < end_of_##place; place += (i64)gridDim.x * blockDim.x)
#define EACH_ROW(row, count) for (i64 row = blockIdx.x; row < (count); row += gridDim.x)
#define EACH_COLUMN(column, count) for (i64 column = threadIdx.x; column < (count); column += blockDim.x)

// What those who run kernels without a device have to say in their own way.
#ifndef KERNEL
#define KERNEL(name, Arguments) extern "C" __global__ void __launch_bounds__(256) name(const Arguments a)

// Kernels of few large blocks, one a multiprocessor: their threads may have all registers (by itself the compiler leaves some to a second block, and spills).
#define ROOMY_KERNEL(name, Arguments) extern "C" __global__ void __launch_bounds__(256, 1) name(const Arguments a)
#define DYNAMIC_SHARED(Type, name) extern __shared__ Type name[]
#define SPIN()
#endif

DEVICE real multiply_add(real x, real y, real sum) { return fma(x, y, sum); }
DEVICE real minimum(real x, real y) { return x < y ? x : y; }
DEVICE real maximum(real x, real y) { return x > y ? x : y; }
DEVICE real exp_of(real x) { return exp(x); }
DEVICE real log_of(real x) { return log(x); }
DEVICE real tanh_of(real x) { return tanh(x); }
DEVICE real sigmoid_of(real x) { return real(1) / (real(1) + exp(-x)); }
DEVICE real relu_of(real x) { return x > real(0) ? x : real(0); }
DEVICE real softplus_of(real x) { return relu_of(x) + log1p(exp(-fabs(x))); }

// Numbers on their way to denormal ones become 0, as on the processor: below 2^-100 in float, below 2^-500 in double.
DEVICE real flush_tiny(real x, real size) { return fabs(size) < (sizeof(real) == 4 ? real(7.888609052210118e-31) : real(3.0549363634996047e-151)) ? real(0) : x; }

// The threads of a block wait for each other.
DEVICE void block_barrier() { __syncthreads(); }

// The sum of what the threads of a block hold, in all of them.
template <typename Number> DEVICE Number block_sum(Number x)
{
    __shared__ Number sums[32];
    for (int offset = 16; offset > 0; offset /= 2) x += __shfl_xor_sync(0xFFFFFFFFu, x, offset);
    __syncthreads();
    if ((threadIdx.x & 31) == 0) sums[threadIdx.x >> 5] = x;
    __syncthreads();
    x = Number(0);
    for (u32 warp = 0; warp < (blockDim.x + 31) / 32; warp++) x += sums[warp];
    return x;
}

// The largest of what the threads of a block hold, in all of them.
DEVICE real block_maximum(real x)
{
    __shared__ real largest[32];
    for (int offset = 16; offset > 0; offset /= 2) x = maximum(x, __shfl_xor_sync(0xFFFFFFFFu, x, offset));
    __syncthreads();
    if ((threadIdx.x & 31) == 0) largest[threadIdx.x >> 5] = x;
    __syncthreads();
    for (u32 warp = 0; warp < (blockDim.x + 31) / 32; warp++) x = maximum(x, largest[warp]);
    return x;
}

// Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011), the numbers of the processor's CounterRandom: number i of group g is word i / 8 of the block 8 g + i % 8.
DEVICE u32 random_number(u64 seed, u32 stream, u64 step, i64 element)
{
    const u32 within = (u32)(element & 31);
    u32 c0 = (u32)(element >> 5) * 8u + (within & 7u), c1 = stream, c2 = (u32)step, c3 = (u32)(step >> 32), key0 = (u32)seed, key1 = (u32)(seed >> 32);
    for (int round = 0; round < 10; round++)
    {
        const u64 product0 = (u64)0xD2511F53u * c0, product1 = (u64)0xCD9E8D57u * c2;
        c0 = (u32)(product1 >> 32) ^ c1 ^ key0;
        c1 = (u32)product1;
        c2 = (u32)(product0 >> 32) ^ c3 ^ key1;
        c3 = (u32)product0;
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }

    const u32 word = within >> 3;
    return word == 0 ? c0 : word == 1 ? c1 : word == 2 ? c2 : c3;
}

// A mask as kernels take it: what is drawn where. What differs from step to step lies in memory, so that a recorded step draws others when it is done again.
struct Mask
{
    const u64* seed;
    i64 stream;
    const u64* step;
    i64 threshold; // numbers below it drop
    double scale;  // of what is kept
};

DEVICE real mask_of(const Mask& mask, u64 step, i64 element)
{
    return random_number(*mask.seed, (u32)mask.stream, step, element) >= (u32)mask.threshold ? real(mask.scale) : real(0);
}

// What the gates of a cell take: the rows of the sequences that go on at a time step.
struct CellRows
{
    i64 rows;
    i64 training;
    real* tape;              // [rows, slots * units], the input sums first
    const real* sums;        // [rows, gates of the stage * units]: the recurrent sums
    const real* inputBias;
    const real* hiddenBias;
    const real* unitParameters0;
    const real* unitParameters1;
    const real* unitParameters2;
    const real* hPrevious;   // [rows, units], as all that follows
    const real* cPrevious;
    real* h;
    real* c;
    real* operand;           // of the next stage's product
    const real* hMask;
    const real* cMask;
    const real* dOutput;
    real* dH;                // in: by the next h; out: by the previous h
    real* dC;
    const real* dOperand;
    real* dInput;            // [rows, gates * units]: by the input sums
    real* dHidden;           // by the recurrent sums, where those are others
    real* dUnit;             // by the parameters of one number a unit
};
