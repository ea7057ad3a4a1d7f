// What the two files of the fake driver share.
#pragma once
#include "Fake.h"
#include <cstdio>

enum
{
    CUDA_SUCCESS = 0,
    CUDA_ERROR_INVALID_VALUE = 1,
    CUDA_ERROR_OUT_OF_MEMORY = 2,
    CUDA_ERROR_NOT_INITIALIZED = 3,
    CUDA_ERROR_NO_DEVICE = 100,
    CUDA_ERROR_INVALID_DEVICE = 101,
    CUDA_ERROR_INVALID_IMAGE = 200,
    CUDA_ERROR_INVALID_CONTEXT = 201,
    CUDA_ERROR_NO_BINARY_FOR_GPU = 209,
    CUDA_ERROR_INVALID_HANDLE = 400,
    CUDA_ERROR_NOT_FOUND = 500,
    CUDA_ERROR_ILLEGAL_ADDRESS = 700,
    CUDA_ERROR_LAUNCH_FAILED = 719,
    CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE = 720,
    CUDA_ERROR_NOT_SUPPORTED = 801,
    CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED = 900,
    CUDA_ERROR_STREAM_CAPTURE_INVALIDATED = 901,
};

namespace fake
{
    int begin(const char* function, bool needsContext);
    bool isPinned(const void* pointer, size_t bytes);
    bool areGuardsWhole();
    void mendGuards();
    int capability();
    unsigned multiprocessors();
    unsigned sharedBytesOfBlock();
    unsigned sharedBytesOfMultiprocessor();
    const char* errorName(int status);
    int liveStreamThings();
    int liveModules();

    // Does the work of a stream, or of all.
    int finish(Stream* stream);
    int finishAll();

    // Whether a stream, or any, records a graph, which what cannot be recorded spoils.
    bool isRefused(Stream* stream);
    bool refusesWhileRecording();

    bool isStream(Stream* stream);
}

// The start of every function: one at a time, and what all functions refuse.
#define BEGIN(needsContext) \
    std::lock_guard guard_(fake::lock()); \
    if (int status_ = fake::begin(__func__, needsContext)) return status_
