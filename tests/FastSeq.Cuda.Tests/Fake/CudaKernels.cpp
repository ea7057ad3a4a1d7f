// A fake CUDA driver: modules and kernels, which are functions of a shared library.
#include "Cuda.h"
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
    struct Module { void* library; };
    struct Function { Module* module; void (*run)(const void*, unsigned, unsigned); size_t bytes; bool isSizeKnown; };

    std::set<Module*> modules;
    std::set<Function*> functions;
    long long launches;   // of kernels, those of graphs not among them
}

// For tests.
EXPORT long long fakeKernelLaunches() { return launches; }

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
    auto run = (void (*)(const void*, unsigned, unsigned))dlsym(module->library, ("fastseq_host_" + std::string(name)).c_str());
    if (!run) return CUDA_ERROR_NOT_FOUND;
    auto bytes = (const unsigned long long*)dlsym(module->library, ("fastseq_size_" + std::string(name)).c_str());
    functions.insert(*function = new Function{module, run, bytes ? size_t(*bytes) : 0, bytes != nullptr});
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

EXPORT int cuLaunchKernel(
    Function* function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY, unsigned blockZ, unsigned shared, Stream* stream,
    void** parameters, void** extra)
{
    BEGIN(true);
    if (functions.count(function) == 0 || !fake::isStream(stream)) return CUDA_ERROR_INVALID_HANDLE;
    bool isShaped = gridX > 0 && gridY == 1 && gridZ == 1 && blockX > 0 && blockX <= 1024 && blockY == 1 && blockZ == 1;
    if (!isShaped || shared != 0 || !parameters || extra) return CUDA_ERROR_INVALID_VALUE;
    if (!fake::isRecording(stream)) launches++;
    auto run = function->run;
    if (!function->isSizeKnown)
    {
        // Nobody knows how much to keep of the parameter: the kernel runs at once.
        if (fake::isRefused(stream)) return CUDA_ERROR_NOT_SUPPORTED;
        if (int status = fake::finish(stream)) return status;
        run(parameters[0], gridX, blockX);
        return CUDA_SUCCESS;
    }

    auto parameter = std::make_shared<std::vector<char>>((const char*)parameters[0], (const char*)parameters[0] + function->bytes);
    fake::enqueue(stream, [=] { run(parameter->data(), gridX, blockX); return 0; });
    return CUDA_SUCCESS;
}
