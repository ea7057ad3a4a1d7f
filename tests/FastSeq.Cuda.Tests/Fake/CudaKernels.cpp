// A fake CUDA driver: modules and kernels, which are functions of a shared library.
#include "Cuda.h"
#include "CudaThreads.h"
#include <algorithm>
#include <filesystem>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <memory>
#include <set>
#include <unistd.h>
#include <vector>

namespace
{
    constexpr unsigned PlainSharedBytes = 48 << 10;    // what a kernel gets without asking for more
    constexpr unsigned MostThreads = 2048;             // of a multiprocessor

    // A kernel is run thread by thread; one of a test that the driver knows nothing of runs by itself.
    struct Module { void* library; };
    struct Function { Module* module; void (*thread)(const void*); void (*run)(const void*, unsigned, unsigned); size_t bytes; bool isSizeKnown; unsigned sharedBytes; };

    std::set<Module*> modules;
    std::set<Function*> functions;
    long long launches, launchesNow, launchesTogether;

    unsigned blocksOfMultiprocessor(Function* function, unsigned block, size_t shared)
    {
        if (block == 0 || block > 1024 || shared > function->sharedBytes) return 0;
        size_t blocks = MostThreads / ((block + 31) / 32 * 32);
        return unsigned(shared == 0 ? blocks : std::min(blocks, size_t(fake::sharedBytesOfMultiprocessor()) / (shared + 1024)));
    }

    int launch(Function* function, unsigned grid, unsigned block, unsigned shared, Stream* stream, void** parameters, bool isTogether)
    {
        if (shared > function->sharedBytes || !parameters) return CUDA_ERROR_INVALID_VALUE;
        if (isTogether && grid > blocksOfMultiprocessor(function, block, shared) * fake::multiprocessors()) return CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE;
        (isTogether ? launchesTogether : launches)++;
        if (!fake::isRecording(stream)) launchesNow++;
        if (!function->isSizeKnown || !function->thread)
        {
            // Nobody knows how much to keep of the parameter: the kernel runs at once.
            if (fake::isRefused(stream)) return CUDA_ERROR_NOT_SUPPORTED;
            if (int status = fake::finish(stream)) return status;
            function->run(parameters[0], grid, block);
            return CUDA_SUCCESS;
        }

        auto thread = function->thread;
        auto parameter = std::make_shared<std::vector<char>>((const char*)parameters[0], (const char*)parameters[0] + function->bytes);
        fake::enqueue(stream, [=] { return fake::runThreads(thread, parameter->data(), grid, block, shared, isTogether); });
        return CUDA_SUCCESS;
    }
}

// For tests: how many kernels were launched, those of graphs not among them; how many launched or recorded; and of those whose blocks wait for each other.
EXPORT long long fakeKernelLaunches() { return launchesNow; }
EXPORT long long fakeLaunches() { return launches; }
EXPORT long long fakeLaunchesTogether() { return launchesTogether; }

int fake::liveModules() { return int(modules.size()); }

// An image is "FAKEGPU" with 'C' for code or 'P' for text, the architecture, the size, and a shared library.
EXPORT int cuModuleLoadData(Module** module, const char* image)
{
    BEGIN(true);
    if (!image || std::memcmp(image, "FAKEGPU", 7) != 0) return CUDA_ERROR_INVALID_IMAGE;
    int architecture;
    uint64_t bytes;
    std::memcpy(&architecture, image + 8, 4);
    std::memcpy(&bytes, image + 12, 8);
    if (image[7] == 'C' ? architecture != fake::capability() : architecture > fake::capability()) return CUDA_ERROR_NO_BINARY_FOR_GPU;
    std::string path = (std::filesystem::temp_directory_path() / "fastseq-fake-XXXXXX").string();
    int file = mkstemp(path.data());
    bool isWritten = file >= 0 && write(file, image + 20, bytes) == ssize_t(bytes);
    if (file >= 0) close(file);
    void* library = isWritten ? dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) : nullptr;
    unlink(path.c_str());
    if (!library) return CUDA_ERROR_INVALID_IMAGE;
    if (auto threads = (FakeThreads**)dlsym(library, "fastseq_threads")) *threads = fake::threadsOfKernels();
    modules.insert(*module = new Module{library});
    return CUDA_SUCCESS;
}

EXPORT int cuModuleUnload(Module* module)
{
    BEGIN(true);
    if (modules.count(module) == 0) return CUDA_ERROR_INVALID_HANDLE;
    int status = fake::finishAll();
    for (auto function = functions.begin(); function != functions.end();)
    {
        bool isOfModule = (*function)->module == module;
        if (isOfModule) delete *function;
        function = isOfModule ? functions.erase(function) : std::next(function);
    }

    modules.erase(module);
    dlclose(module->library);
    delete module;
    return status;
}

EXPORT int cuModuleGetFunction(Function** function, Module* module, const char* name)
{
    BEGIN(true);
    if (modules.count(module) == 0) return CUDA_ERROR_INVALID_HANDLE;
    auto thread = (void (*)(const void*))dlsym(module->library, ("fastseq_thread_" + std::string(name)).c_str());
    auto run = (void (*)(const void*, unsigned, unsigned))dlsym(module->library, ("fastseq_host_" + std::string(name)).c_str());
    if (!thread && !run) return CUDA_ERROR_NOT_FOUND;
    auto bytes = (const unsigned long long*)dlsym(module->library, ("fastseq_size_" + std::string(name)).c_str());
    functions.insert(*function = new Function{module, thread, run, bytes ? size_t(*bytes) : 0, bytes != nullptr, PlainSharedBytes});
    return CUDA_SUCCESS;
}

EXPORT int cuFuncGetParamInfo(Function* function, size_t index, size_t* offset, size_t* bytes)
{
    BEGIN(false);
    if (functions.count(function) == 0) return CUDA_ERROR_INVALID_HANDLE;
    if (index > 0 || !function->isSizeKnown) return CUDA_ERROR_INVALID_VALUE;
    *offset = 0;
    *bytes = function->bytes;
    return CUDA_SUCCESS;
}

EXPORT int cuFuncSetAttribute(Function* function, int attribute, int value)
{
    BEGIN(true);
    if (functions.count(function) == 0) return CUDA_ERROR_INVALID_HANDLE;
    if (attribute != 8 || value < 0 || unsigned(value) > fake::sharedBytesOfBlock()) return CUDA_ERROR_INVALID_VALUE;   // the most dynamic shared memory
    function->sharedBytes = std::max(PlainSharedBytes, unsigned(value));
    return CUDA_SUCCESS;
}

EXPORT int cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Function* function, int block, size_t shared)
{
    BEGIN(true);
    if (functions.count(function) == 0) return CUDA_ERROR_INVALID_HANDLE;
    *blocks = int(blocksOfMultiprocessor(function, unsigned(block), shared));
    return CUDA_SUCCESS;
}

static bool isShaped(unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY, unsigned blockZ)
{
    return gridX > 0 && gridY == 1 && gridZ == 1 && blockX > 0 && blockX <= 1024 && blockY == 1 && blockZ == 1;
}

EXPORT int cuLaunchKernel(
    Function* function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY, unsigned blockZ, unsigned shared, Stream* stream,
    void** parameters, void** extra)
{
    BEGIN(true);
    if (functions.count(function) == 0 || !fake::isStream(stream)) return CUDA_ERROR_INVALID_HANDLE;
    if (!isShaped(gridX, gridY, gridZ, blockX, blockY, blockZ) || extra) return CUDA_ERROR_INVALID_VALUE;
    return launch(function, gridX, blockX, shared, stream, parameters, false);
}

EXPORT int cuLaunchCooperativeKernel(
    Function* function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY, unsigned blockZ, unsigned shared, Stream* stream,
    void** parameters)
{
    BEGIN(true);
    if (functions.count(function) == 0 || !fake::isStream(stream)) return CUDA_ERROR_INVALID_HANDLE;
    if (!isShaped(gridX, gridY, gridZ, blockX, blockY, blockZ)) return CUDA_ERROR_INVALID_VALUE;
    return launch(function, gridX, blockX, shared, stream, parameters, true);
}
