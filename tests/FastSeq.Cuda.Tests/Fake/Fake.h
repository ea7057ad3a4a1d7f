// What the fake libraries have in common. They compute on the CPU, check every argument, and do the work of a stream only when somebody waits for it:
// code that does not wait where it must, or changes memory too early, gets wrong numbers.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#define EXPORT extern "C" __attribute__((visibility("default")))

struct Stream;

namespace fake
{
    // One lock for everything.
    std::recursive_mutex& lock();

    // Puts work into a stream, or into the graph that it records. False for what is no stream.
    bool enqueue(Stream* stream, std::function<int()> work);

    // Whether a stream records a graph.
    bool isRecording(Stream* stream);

    // Whether memory of the device is allocated from here on.
    bool isAllocated(const void* pointer, size_t bytes);

    // Whether this thread has a context.
    bool hasContext();

    // The status that a test wants a function to fail with next, or 0.
    int takeFailure(const char* function);
}
