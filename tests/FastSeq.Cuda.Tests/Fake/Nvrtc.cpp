// A fake NVRTC: compiles the source as C++ for this machine, with the language of the device in front. COMPILER is the compiler that built this file, OPTIONS what it has to be told, HEADER that language, which
// the compiler has read already with the same options, and KEPT where compiled kernels are kept for the test run.
#include <filesystem>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <mutex>
#include <set>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#define EXPORT extern "C" __attribute__((visibility("default")))

enum
{
    NVRTC_SUCCESS = 0,
    NVRTC_ERROR_INVALID_INPUT = 3,
    NVRTC_ERROR_INVALID_PROGRAM = 4,
    NVRTC_ERROR_INVALID_OPTION = 5,
    NVRTC_ERROR_COMPILATION = 6,
    NVRTC_ERROR_INTERNAL_ERROR = 11,
};

struct Program
{
    std::string source, log, image;
    bool isText = false;
    explicit Program(const char* text) : source(text) {}
};

static std::mutex lock;
static std::set<Program*> programs;
static std::vector<int> architectures = {75, 80, 86, 89, 90, 100};
static int compilations;

static std::string contentOf(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// For tests.
EXPORT int fakeCompilations() { return compilations; }
EXPORT int fakeLivePrograms() { return int(programs.size()); }

EXPORT void fakeSetArchitectures(const int* values, int count)
{
    std::lock_guard guard(lock);
    architectures.assign(values, values + count);
}

EXPORT const char* nvrtcGetErrorString(int status)
{
    switch (status)
    {
        case NVRTC_ERROR_INVALID_INPUT: return "NVRTC_ERROR_INVALID_INPUT";
        case NVRTC_ERROR_INVALID_PROGRAM: return "NVRTC_ERROR_INVALID_PROGRAM";
        case NVRTC_ERROR_INVALID_OPTION: return "NVRTC_ERROR_INVALID_OPTION";
        case NVRTC_ERROR_COMPILATION: return "NVRTC_ERROR_COMPILATION";
        default: return "NVRTC_ERROR unknown";
    }
}

EXPORT int nvrtcVersion(int* major, int* minor)
{
    *major = 12;
    *minor = 8;
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcGetNumSupportedArchs(int* count)
{
    *count = int(architectures.size());
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcGetSupportedArchs(int* values)
{
    std::memcpy(values, architectures.data(), architectures.size() * sizeof(int));
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcCreateProgram(Program** program, const char* source, const char* name, int headerCount, const char* const* headers, const char* const* headerNames)
{
    if (!program || !source || !name || headerCount != 0 || headers || headerNames) return NVRTC_ERROR_INVALID_INPUT;
    std::lock_guard guard(lock);
    programs.insert(*program = new Program(source));
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcDestroyProgram(Program** program)
{
    std::lock_guard guard(lock);
    if (programs.erase(*program) == 0) return NVRTC_ERROR_INVALID_PROGRAM;
    delete *program;
    *program = nullptr;
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcCompileProgram(Program* program, int optionCount, const char* const* options)
{
    {
        std::lock_guard guard(lock);
        if (programs.count(program) == 0) return NVRTC_ERROR_INVALID_PROGRAM;
        compilations++;
    }

    int architecture = 0;
    std::string definitions;
    bool isStandardSet = false;
    for (int i = 0; i < optionCount; i++)
    {
        std::string option = options[i];
        char kind[8];
        if (std::sscanf(options[i], "--gpu-architecture=%7[a-z]_%d", kind, &architecture) == 2) program->isText = std::strcmp(kind, "compute") == 0;
        else if (option == "-std=c++17") isStandardSet = true;
        else if (option == "-DREAL=float" || option == "-DREAL=double") definitions += " " + option;
        else return NVRTC_ERROR_INVALID_OPTION;
    }

    bool isKnown = false;
    for (int known : architectures) isKnown |= known == architecture;
    if (!isKnown || !isStandardSet) return NVRTC_ERROR_INVALID_OPTION;

    // The same text is compiled once for all processes of a test run, whatever FastSeq itself keeps.
    std::string place = KEPT "/" + std::to_string(std::hash<std::string>()(definitions + "\n" + program->source)) + ".so";
    std::string code = contentOf(place);
    bool isCompiled = !code.empty();
    if (!isCompiled)
    {
        std::string folder = (std::filesystem::temp_directory_path() / "fastseq-fake-XXXXXX").string();
        if (!mkdtemp(folder.data())) return NVRTC_ERROR_INTERNAL_ERROR;
        std::string source = folder + "/FastSeq.cpp", library = folder + "/library.so", log = folder + "/log";
        std::ofstream(source) << program->source;
        std::string command = std::string(COMPILER) + " " OPTIONS " -shared -include " HEADER + definitions + " -o " + library + " " + source + " 2> " + log;
        isCompiled = std::system(command.c_str()) == 0;
        program->log = contentOf(log);
        code = contentOf(library);
        if (isCompiled)
        {
            // Under its own name when it is whole.
            std::error_code error;
            std::filesystem::create_directories(KEPT, error);
            std::filesystem::rename(library, place, error);
        }

        for (const std::string& path : {source, library, log}) unlink(path.c_str());
        rmdir(folder.c_str());
    }

    uint64_t bytes = code.size();
    program->image = std::string("FAKEGPU") + (program->isText ? 'P' : 'C') + std::string((const char*)&architecture, 4) + std::string((const char*)&bytes, 8) + code;
    return isCompiled ? NVRTC_SUCCESS : NVRTC_ERROR_COMPILATION;
}

static int give(Program* program, bool isText, size_t* bytes, char* image)
{
    std::lock_guard guard(lock);
    if (programs.count(program) == 0) return NVRTC_ERROR_INVALID_PROGRAM;
    if (program->image.empty() || program->isText != isText) return NVRTC_ERROR_INVALID_INPUT;
    if (bytes) *bytes = program->image.size();
    if (image) std::memcpy(image, program->image.data(), program->image.size());
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcGetCUBINSize(Program* program, size_t* bytes) { return give(program, false, bytes, nullptr); }
EXPORT int nvrtcGetCUBIN(Program* program, char* image) { return give(program, false, nullptr, image); }
EXPORT int nvrtcGetPTXSize(Program* program, size_t* bytes) { return give(program, true, bytes, nullptr); }
EXPORT int nvrtcGetPTX(Program* program, char* image) { return give(program, true, nullptr, image); }

EXPORT int nvrtcGetProgramLogSize(Program* program, size_t* bytes)
{
    std::lock_guard guard(lock);
    if (programs.count(program) == 0) return NVRTC_ERROR_INVALID_PROGRAM;
    *bytes = program->log.size() + 1;
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcGetProgramLog(Program* program, char* log)
{
    std::lock_guard guard(lock);
    if (programs.count(program) == 0) return NVRTC_ERROR_INVALID_PROGRAM;
    std::memcpy(log, program->log.c_str(), program->log.size() + 1);
    return NVRTC_SUCCESS;
}
