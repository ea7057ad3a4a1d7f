// How a kernel that was compiled for this machine and the fake driver meet: the driver runs threads one at a time and says here which one it is, and threads wait for each other through it.
#pragma once

struct FakeIndex { unsigned x; };

struct FakeThreads
{
    FakeIndex thread, block, blockSize, gridSize;
    char* shared;                                    // the dynamic shared memory of the thread's block
    void (*syncBlock)();                             // waits for all threads of the block
    unsigned long long (*exchange)(unsigned mask, unsigned long long value, unsigned lane);   // what a lane of the warp gives
    void (*spin)();                                  // lets others go on, for a thread that waits for a number to change
};
