// A fake CUDA driver: devices, contexts and memory. Streams and graphs are in CudaStreams.cpp, kernels in CudaKernels.cpp.
#include "Cuda.h"
#include <cstdlib>
#include <cstring>
#include <map>

namespace
{
    constexpr size_t Guard = 256;             // guard bytes before and after each allocation; real allocations are aligned to 256 too
    constexpr unsigned char GuardByte = 0xA5;
    constexpr unsigned char Garbage = 0xCD;   // what fresh memory holds
    constexpr size_t GarbageLimit = size_t(16) << 20;   // larger blocks stay as the system gives them, to save time
    constexpr size_t TotalMemory = size_t(1) << 30;

    struct Failure { int status; int after; };

    bool isInitialized;
    int retained[8];
    int contexts[8];                          // their addresses are the handles
    thread_local void* current;
    std::map<uintptr_t, size_t> allocations;  // device memory
    std::map<uintptr_t, size_t> pinned;
    std::map<std::string, Failure> failures;
    size_t used;

    int numberFrom(const char* variable, int otherwise)
    {
        const char* text = std::getenv(variable);
        return text ? std::atoi(text) : otherwise;
    }

    int deviceCount() { return numberFrom("FASTSEQ_FAKE_DEVICES", 2); }

    bool isInside(const std::map<uintptr_t, size_t>& blocks, const void* pointer, size_t bytes)
    {
        auto next = blocks.upper_bound(uintptr_t(pointer));
        if (next == blocks.begin()) return false;
        auto block = std::prev(next);
        size_t offset = uintptr_t(pointer) - block->first;
        return offset <= block->second && bytes <= block->second - offset;
    }

    void writeGuards(uintptr_t address, size_t bytes)
    {
        std::memset((void*)(address - Guard), GuardByte, Guard);
        std::memset((void*)(address + bytes), GuardByte, Guard);
    }

    bool isDevice(int device) { return device >= 0 && device < deviceCount(); }
}

std::recursive_mutex& fake::lock()
{
    static std::recursive_mutex mutex;
    return mutex;
}

bool fake::isAllocated(const void* pointer, size_t bytes) { return isInside(allocations, pointer, bytes); }
bool fake::isPinned(const void* pointer, size_t bytes) { return isInside(pinned, pointer, bytes); }
bool fake::hasContext() { return current != nullptr; }

int fake::takeFailure(const char* function)
{
    auto found = failures.find(function);
    if (found == failures.end() || found->second.after-- > 0) return 0;
    int status = found->second.status;
    failures.erase(found);
    return status;
}

int fake::begin(const char* function, bool needsContext)
{
    if (int status = takeFailure(function)) return status;
    if (!isInitialized) return CUDA_ERROR_NOT_INITIALIZED;
    return needsContext && !current ? CUDA_ERROR_INVALID_CONTEXT : CUDA_SUCCESS;
}

void fake::mendGuards()
{
    for (auto [address, bytes] : allocations) writeGuards(address, bytes);
}

bool fake::areGuardsWhole()
{
    // At every wait: compared by the library, 32 bytes and more at a time.
    static const std::string whole(Guard, char(GuardByte));
    for (auto [address, bytes] : allocations)
        if (std::memcmp((void*)(address - Guard), whole.data(), Guard) != 0 || std::memcmp((void*)(address + bytes), whole.data(), Guard) != 0) return false;
    return true;
}

// Of the first devices with the capability 9.0, but few multiprocessors.
static unsigned multiprocessorCount = 2;
unsigned fake::multiprocessors() { return multiprocessorCount; }
unsigned fake::sharedBytesOfBlock() { return 227 << 10; }
unsigned fake::sharedBytesOfMultiprocessor() { return 228 << 10; }

// For tests: how many multiprocessors there are for blocks that wait for each other.
EXPORT void fakeSetMultiprocessors(int count)
{
    std::lock_guard guard(fake::lock());
    multiprocessorCount = unsigned(count);
}

int fake::capability() { return numberFrom("FASTSEQ_FAKE_CAPABILITY", 90); }

// For tests: lets a function fail after some more calls of it; counts what is not given back.
EXPORT void fakeFail(const char* function, int status, int after)
{
    std::lock_guard guard(fake::lock());
    failures[function] = {status, after};
}

EXPORT int fakeLiveThings()
{
    std::lock_guard guard(fake::lock());
    int live = int(allocations.size() + pinned.size()) + fake::liveStreamThings() + fake::liveModules();
    for (int count : retained) live += count;
    return live;
}

EXPORT int cuInit(unsigned flags)
{
    if (flags != 0) return CUDA_ERROR_INVALID_VALUE;
    if (int status = numberFrom("FASTSEQ_FAKE_INIT", deviceCount() == 0 ? CUDA_ERROR_NO_DEVICE : 0)) return status;
    isInitialized = true;
    return CUDA_SUCCESS;
}

EXPORT int cuDriverGetVersion(int* version)
{
    if (!version) return CUDA_ERROR_INVALID_VALUE;
    *version = numberFrom("FASTSEQ_FAKE_DRIVER", 12080);
    return CUDA_SUCCESS;
}

EXPORT int cuGetErrorName(int status, const char** text)
{
    *text = fake::errorName(status);
    return *text ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

EXPORT int cuGetErrorString(int status, const char** text)
{
    *text = fake::errorName(status) ? "as the fake driver says" : nullptr;
    return *text ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

EXPORT int cuDeviceGetCount(int* count)
{
    BEGIN(false);
    *count = deviceCount();
    return CUDA_SUCCESS;
}

EXPORT int cuDeviceGet(int* device, int ordinal)
{
    BEGIN(false);
    if (!isDevice(ordinal)) return CUDA_ERROR_INVALID_DEVICE;
    *device = ordinal;
    return CUDA_SUCCESS;
}

EXPORT int cuDeviceGetName(char* name, int length, int device)
{
    BEGIN(false);
    if (!isDevice(device)) return CUDA_ERROR_INVALID_DEVICE;
    if (length <= 0) return CUDA_ERROR_INVALID_VALUE;
    std::memset(name, 'x', size_t(length));
    std::snprintf(name, size_t(length), "Fake GPU %d", device);
    return CUDA_SUCCESS;
}

EXPORT int cuDeviceTotalMem_v2(size_t* bytes, int device)
{
    BEGIN(false);
    if (!isDevice(device)) return CUDA_ERROR_INVALID_DEVICE;
    *bytes = TotalMemory;
    return CUDA_SUCCESS;
}

EXPORT int cuDeviceGetAttribute(int* value, int attribute, int device)
{
    BEGIN(false);
    if (!isDevice(device)) return CUDA_ERROR_INVALID_DEVICE;
    switch (attribute)
    {
        case 16: *value = int(fake::multiprocessors()); return CUDA_SUCCESS;
        case 75: *value = fake::capability() / 10; return CUDA_SUCCESS;
        case 76: *value = fake::capability() % 10; return CUDA_SUCCESS;
        case 95: *value = 1; return CUDA_SUCCESS;                                  // launches whose blocks may wait for each other
        case 97: *value = int(fake::sharedBytesOfBlock()); return CUDA_SUCCESS;
        default: return CUDA_ERROR_INVALID_VALUE;
    }
}

EXPORT int cuDevicePrimaryCtxRetain(void** context, int device)
{
    BEGIN(false);
    if (!isDevice(device)) return CUDA_ERROR_INVALID_DEVICE;
    retained[device]++;
    *context = &contexts[device];
    return CUDA_SUCCESS;
}

EXPORT int cuDevicePrimaryCtxRelease_v2(int device)
{
    BEGIN(false);
    if (!isDevice(device)) return CUDA_ERROR_INVALID_DEVICE;
    if (retained[device] == 0) return CUDA_ERROR_INVALID_CONTEXT;
    retained[device]--;
    return CUDA_SUCCESS;
}

EXPORT int cuCtxSetCurrent(void* context)
{
    BEGIN(false);
    ptrdiff_t device = (int*)context - contexts;
    if (context && (device < 0 || device >= 8 || retained[device] == 0)) return CUDA_ERROR_INVALID_CONTEXT;
    current = context;
    return CUDA_SUCCESS;
}

EXPORT int cuMemGetInfo_v2(size_t* free, size_t* total)
{
    BEGIN(true);
    *free = TotalMemory - used;
    *total = TotalMemory;
    return CUDA_SUCCESS;
}

EXPORT int cuMemAlloc_v2(void** pointer, size_t bytes)
{
    BEGIN(true);
    if (fake::refusesWhileRecording()) return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    if (bytes == 0) return CUDA_ERROR_INVALID_VALUE;
    if (bytes > TotalMemory - used) return CUDA_ERROR_OUT_OF_MEMORY;
    auto block = (unsigned char*)std::aligned_alloc(Guard, (bytes + 3 * Guard - 1) / Guard * Guard);
    if (bytes <= GarbageLimit) std::memset(block + Guard, Garbage, bytes);
    writeGuards(uintptr_t(block + Guard), bytes);
    allocations[uintptr_t(block + Guard)] = bytes;
    used += bytes;
    *pointer = block + Guard;
    return CUDA_SUCCESS;
}

EXPORT int cuMemFree_v2(void* pointer)
{
    BEGIN(true);
    auto found = allocations.find(uintptr_t(pointer));
    if (found == allocations.end()) return CUDA_ERROR_INVALID_VALUE;
    int status = fake::finishAll();
    used -= found->second;
    allocations.erase(found);
    std::free((unsigned char*)pointer - Guard);
    return status;
}

EXPORT int cuMemHostAlloc(void** pointer, size_t bytes, unsigned flags)
{
    BEGIN(true);
    if (bytes == 0 || flags != 0) return CUDA_ERROR_INVALID_VALUE;
    *pointer = std::aligned_alloc(Guard, (bytes + Guard - 1) / Guard * Guard);
    std::memset(*pointer, Garbage, bytes);
    pinned[uintptr_t(*pointer)] = bytes;
    return CUDA_SUCCESS;
}

EXPORT int cuMemFreeHost(void* pointer)
{
    BEGIN(true);
    if (pinned.erase(uintptr_t(pointer)) == 0) return CUDA_ERROR_INVALID_VALUE;
    int status = fake::finishAll();
    std::free(pointer);
    return status;
}
