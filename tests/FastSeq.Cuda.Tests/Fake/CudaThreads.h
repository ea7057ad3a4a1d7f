// What the fake driver's kernels use of its threads.
#pragma once
#include "Threads.h"

namespace fake
{
    // Where a loaded kernel finds which thread it is.
    FakeThreads* threadsOfKernels();

    // Runs all threads of a kernel; together: all blocks at once, so that they may wait for each other.
    int runThreads(void (*kernel)(const void*), const void* parameter, unsigned grid, unsigned block, unsigned sharedBytes, bool isTogether);
}
