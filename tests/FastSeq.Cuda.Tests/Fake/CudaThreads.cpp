// The threads of a kernel in the fake driver. Each is a fiber, which runs until it ends or waits for others: at a barrier of its block, for its warp, or, spinning, for another block. Fibers of one
// launch never run at once, so nothing depends on luck; but they run in any order that a seed gives, so what is missing a barrier shows. What waits for ever is an error of the launch.
#include "Cuda.h"
#include "CudaThreads.h"
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <sys/mman.h>
#include <vector>
#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace
{
    constexpr size_t StackBytes = size_t(256) << 10;   // of which a thread touches a few thousand
    constexpr size_t Colours = 64, ColourBytes = 320;
    constexpr unsigned WarpSize = 32;
    constexpr unsigned char SharedGarbage = 0xC9;      // what shared memory holds at first: not a number

    struct Block;

    struct Fiber
    {
        Block* block = nullptr;
        unsigned thread = 0;
        bool isStarted = false, isDone = false, isSpinning = false;
        char* stack = nullptr;
        unsigned exchanges = 0;
#if defined(__x86_64__)
        void* place = nullptr;
#else
        ucontext_t place;
#endif
    };

    struct Warp
    {
        unsigned long long values[2][WarpSize];   // by turns, so that nobody overwrites what others have yet to read
        std::vector<Fiber*> waiting;
        unsigned mask = 0;
    };

    struct Block
    {
        unsigned number;
        std::vector<Fiber> fibers;
        std::vector<Fiber*> waiting;
        std::vector<Warp> warps;
        std::vector<char> memory;
        char* shared;
    };

    // The launch that runs; there is one at a time, under the driver's lock.
    FakeThreads threads;
    Fiber* running;
    std::vector<Fiber*> ready;
    size_t first;                       // of those that are ready
    size_t spins;                       // in a row: nobody has done anything else since
    const char* problem;
    void (*body)(const void*);
    const void* argument;
    unsigned warpThreads(unsigned warp) { return std::min(WarpSize, threads.blockSize.x - warp * WarpSize); }

    std::vector<char*> freeStacks;
    std::vector<std::unique_ptr<Block>> freeBlocks;   // kept, since most launches are small
    uint64_t seed, dice;              // 0: everything in order

    size_t below(size_t count)
    {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        return size_t(dice % count);
    }

    template <typename T> void shuffle(std::vector<T>& all)
    {
        for (size_t i = all.size(); seed && i > 1; i--) std::swap(all[i - 1], all[below(i)]);
    }

    char* takeStack()
    {
        if (freeStacks.empty()) return (char*)mmap(nullptr, StackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        char* stack = freeStacks.back();
        freeStacks.pop_back();
        return stack;
    }

    // The bytes of a stack that are used: stacks lie a power of two apart, so that their tops would be in the same few lines of the cache.
    size_t bytesOf(const char* stack) { return StackBytes - uintptr_t(stack) / StackBytes % Colours * ColourBytes; }

    void runFiber();

#if defined(__x86_64__)
    void* scheduler;

    // Keeps what a function has to keep, goes on at another place.
    __attribute__((naked, noipa)) void change(void**, void*)
    {
        asm("pushq %rbp\n pushq %rbx\n pushq %r12\n pushq %r13\n pushq %r14\n pushq %r15\n"
            "movq %rsp, (%rdi)\n movq %rsi, %rsp\n"
            "popq %r15\n popq %r14\n popq %r13\n popq %r12\n popq %rbx\n popq %rbp\n ret\n");
    }

    void prepare(Fiber& fiber)
    {
        void** top = (void**)(fiber.stack + bytesOf(fiber.stack) - 72);   // as after a call: 8 bytes from a multiple of 16
        top[0] = nullptr;                  // where runFiber would return to
        top[-1] = (void*)runFiber;
        for (int saved = 2; saved <= 7; saved++) top[-saved] = nullptr;
        fiber.place = top - 7;
    }

    void enter(Fiber& fiber) { change(&scheduler, fiber.place); }
    void leave() { change(&running->place, scheduler); }
#else
    ucontext_t scheduler;

    void prepare(Fiber& fiber)
    {
        getcontext(&fiber.place);
        fiber.place.uc_stack.ss_sp = fiber.stack;
        fiber.place.uc_stack.ss_size = bytesOf(fiber.stack);
        fiber.place.uc_link = nullptr;
        makecontext(&fiber.place, runFiber, 0);
    }

    void enter(Fiber& fiber) { swapcontext(&scheduler, &fiber.place); }
    void leave() { swapcontext(&running->place, &scheduler); }
#endif

    void runFiber()
    {
        body(argument);
        running->isDone = true;
        leave();
    }

    // What a thread that waits cannot go on without is wrong: the launch ends.
    void fail(const char* text)
    {
        if (!problem) problem = text;
        leave();
    }

    void wake(std::vector<Fiber*>& waiting)
    {
        for (Fiber* fiber : waiting) ready.push_back(fiber);
        waiting.clear();
    }

    void syncBlock()
    {
        Block& block = *running->block;
        block.waiting.push_back(running);
        if (block.waiting.size() == block.fibers.size()) wake(block.waiting);
        leave();
    }

    unsigned long long exchange(unsigned mask, unsigned long long value, unsigned lane)
    {
        unsigned number = running->thread / WarpSize, mine = running->thread % WarpSize, count = warpThreads(number);
        Warp& warp = running->block->warps[number];
        if (count < WarpSize && mask >> count) fail("a shuffle names lanes that the block does not have");
        if (!(mask >> mine & 1) || !(mask >> lane & 1)) fail("a shuffle names lanes that are not in its mask");
        if (!warp.waiting.empty() && warp.mask != mask) fail("the lanes of a shuffle have different masks");
        unsigned turn = running->exchanges++ & 1;
        warp.mask = mask;
        warp.values[turn][mine] = value;
        warp.waiting.push_back(running);
        if (warp.waiting.size() == size_t(__builtin_popcount(mask))) wake(warp.waiting);
        leave();
        return warp.values[turn][lane];
    }

    void spin()
    {
        running->isSpinning = true;
        ready.push_back(running);
        leave();
    }

    int runBlocks(const std::vector<unsigned>& numbers, unsigned sharedBytes)
    {
        ready.clear();
        while (freeBlocks.size() < numbers.size()) freeBlocks.push_back(std::make_unique<Block>());
        for (size_t i = 0; i < numbers.size(); i++)
        {
            Block& block = *freeBlocks[i];
            block.number = numbers[i];
            block.fibers.assign(threads.blockSize.x, Fiber());
            block.waiting.clear();
            block.warps.resize((threads.blockSize.x + WarpSize - 1) / WarpSize);
            for (Warp& warp : block.warps) warp.waiting.clear();
            block.memory.assign(sharedBytes + 32, char(SharedGarbage));
            block.shared = (char*)((uintptr_t(block.memory.data()) + 15) / 16 * 16);
            for (unsigned thread = 0; thread < threads.blockSize.x; thread++)
            {
                block.fibers[thread].block = &block;
                block.fibers[thread].thread = thread;
                ready.push_back(&block.fibers[thread]);
            }
        }

        shuffle(ready);
        size_t left = ready.size();
        first = spins = 0;
        problem = nullptr;
        while (first < ready.size() && !problem)
        {
            if (seed) std::swap(ready[first], ready[first + below(ready.size() - first)]);
            Fiber& fiber = *ready[first++];
            if (first > 4096 && first * 2 > ready.size())
            {
                ready.erase(ready.begin(), ready.begin() + ptrdiff_t(first));
                first = 0;
            }

            if (!fiber.isStarted)
            {
                fiber.isStarted = true;
                fiber.stack = takeStack();
                prepare(fiber);
            }

            running = &fiber;
            fiber.isSpinning = false;
            threads.thread.x = fiber.thread;
            threads.block.x = fiber.block->number;
            threads.shared = fiber.block->shared;
            enter(fiber);
            spins = fiber.isSpinning ? spins + 1 : 0;
            if (spins > 64 * (left + 1)) problem = "threads wait for others that do not come";
            if (fiber.isDone)
            {
                left--;
                freeStacks.push_back(fiber.stack);
                fiber.stack = nullptr;
            }
        }

        if (left > 0 && !problem) problem = "threads of a block or a warp wait for others that have ended or wait elsewhere";
        for (size_t number = 0; number < numbers.size(); number++)
        {
            Block& block = *freeBlocks[number];
            for (Fiber& fiber : block.fibers)
            {
                if (fiber.stack) freeStacks.push_back(fiber.stack);
            }

            for (int i = 0; i < 16; i++)
            {
                if ((unsigned char)block.shared[sharedBytes + i] != SharedGarbage && !problem) problem = "a kernel writes beyond its shared memory";
            }
        }

        if (problem) std::fprintf(stderr, "fake CUDA: %s\n", problem);
        return problem ? CUDA_ERROR_LAUNCH_FAILED : CUDA_SUCCESS;
    }
}

FakeThreads* fake::threadsOfKernels() { return &threads; }

// For tests: in which order threads run; 0 for the order of their numbers.
EXPORT void fakeShuffle(unsigned long long value)
{
    std::lock_guard guard(fake::lock());
    seed = dice = value;
}

int fake::runThreads(void (*kernel)(const void*), const void* parameter, unsigned grid, unsigned block, unsigned sharedBytes, bool isTogether)
{
    body = kernel;
    argument = parameter;
    threads.blockSize.x = block;
    threads.gridSize.x = grid;
    threads.syncBlock = syncBlock;
    threads.exchange = exchange;
    threads.spin = spin;
    std::vector<unsigned> numbers(grid);
    for (unsigned i = 0; i < grid; i++) numbers[i] = i;
    shuffle(numbers);
    if (isTogether) return runBlocks(numbers, sharedBytes);

    // Blocks of other launches may come one after the other.
    for (unsigned number : numbers)
    {
        if (int status = runBlocks({number}, sharedBytes)) return status;
    }

    return CUDA_SUCCESS;
}
