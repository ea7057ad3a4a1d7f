// The threads of a kernel in the fake driver. Each is a fiber, which runs until it ends or waits for others: at a barrier of its block, for its warp, or, spinning, for another block. Fibers of one
// launch never run at once, so nothing depends on luck; but they run in any order that a seed gives, so what is missing a barrier shows. What waits for ever is an error of the launch.
// Who waits gives way to the next thread directly, and who ends leaves its stack to one that has yet to start: where nobody waits, all run in a loop on one stack.
#include "Cuda.h"
#include "CudaThreads.h"
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>
#include <sys/mman.h>
#include <utility>
#include <vector>
#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace
{
    constexpr size_t StackBytes = size_t(256) << 10;   // of which a thread touches a few thousand
    constexpr size_t Colours = 64, ColourBytes = 320;
    constexpr unsigned WarpSize = 32;
    constexpr unsigned Wonders = 16;                   // of so many times once, the thread that goes on in shuffled order is any that can
    constexpr unsigned char SharedGarbage = 0xC9;      // what shared memory holds at first: not a number

#if defined(__x86_64__)
    typedef void* Place;   // the stack, on which lies what a function has to keep
#else
    typedef ucontext_t Place;
#endif

    struct Block;

    struct Fiber
    {
        Block* block = nullptr;
        unsigned thread = 0;
        char* stack = nullptr;          // from when it starts until it ends
        Place place;
    };

    struct Warp
    {
        unsigned long long given[WarpSize], taken[WarpSize];
        unsigned from[WarpSize];
        Fiber* waiting[WarpSize];
        unsigned waitingCount, mask, missing;   // of the shuffle that lanes wait for
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
    std::vector<Fiber*> ready;          // the last goes on first: a warp runs on as far as it can while its stacks are near, and ahead of all others where a barrier is missing
    std::vector<Fiber*> spinning;       // those that go on when nobody else is ready; of threads in any order, none
    size_t left;                        // of all threads, those that have not ended
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
        return size_t((dice >> 32) * count >> 32);
    }

    template <typename T> void shuffle(T* all, size_t count)
    {
        for (size_t i = count; seed && i > 1; i--) std::swap(all[i - 1], all[below(i)]);
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

    void runThreads();

#if defined(__x86_64__)
    // Keeps what a function has to keep, goes on at another place.
    __attribute__((naked, noipa)) void change(Place*, const Place*)
    {
        asm("pushq %rbp\n pushq %rbx\n pushq %r12\n pushq %r13\n pushq %r14\n pushq %r15\n"
            "movq %rsp, (%rdi)\n movq (%rsi), %rsp\n"
            "popq %r15\n popq %r14\n popq %r13\n popq %r12\n popq %rbx\n popq %rbp\n ret\n");
    }

    void prepare(Fiber& fiber)
    {
        void** top = (void**)(fiber.stack + bytesOf(fiber.stack) - 72);   // as after a call: 8 bytes from a multiple of 16
        top[0] = nullptr;                  // where runThreads would return to
        top[-1] = (void*)runThreads;
        for (int saved = 2; saved <= 7; saved++) top[-saved] = nullptr;
        fiber.place = top - 7;
    }

#else
    void change(Place* from, const Place* to) { swapcontext(from, to); }

    void prepare(Fiber& fiber)
    {
        getcontext(&fiber.place);
        fiber.place.uc_stack.ss_sp = fiber.stack;
        fiber.place.uc_stack.ss_size = bytesOf(fiber.stack);
        fiber.place.uc_link = nullptr;
        makecontext(&fiber.place, runThreads, 0);
    }
#endif

    Place launcher, nowhere;

    // Lets another thread be the next than the last of those that are ready.
    __attribute__((noinline)) void choose()
    {
        if (ready.empty()) ready.assign(spinning.rbegin(), spinning.rend()), spinning.clear();
        if (seed && !ready.empty() && below(Wonders) == 0) std::swap(ready[below(ready.size())], ready.back());
    }

    // Which thread goes on now; none, where all wait.
    Fiber* next()
    {
        if (seed || ready.empty()) choose();
        if (problem || ready.empty()) return nullptr;
        running = ready.back();
        ready.pop_back();
        threads.thread.x = running->thread;
        threads.block.x = running->block->number;
        threads.shared = running->block->shared;
        return running;
    }

    // The running thread waits.
    void leave()
    {
        Fiber* self = running;
        Fiber* other = next();
        if (other == self) return;
        if (other && !other->stack)
        {
            other->stack = takeStack();
            prepare(*other);
        }

        change(&self->place, other ? &other->place : &launcher);
    }

    // What runs on a stack: one thread after the other, until the next is one that has a stack.
    void runThreads()
    {
        while (true)
        {
            body(argument);
            spins = 0;
            left--;
            char* stack = std::exchange(running->stack, nullptr);
            Fiber* other = next();
            if (other && !other->stack)
            {
                other->stack = stack;
                continue;
            }

            freeStacks.push_back(stack);
            change(&nowhere, other ? &other->place : &launcher);
        }
    }

    // What a thread that waits cannot go on without is wrong: the launch ends.
    void fail(const char* text)
    {
        if (!problem) problem = text;
        leave();
    }

    void wake(Fiber** waiting, size_t count)
    {
        shuffle(waiting, count);
        ready.insert(ready.end(), std::make_reverse_iterator(waiting + count), std::make_reverse_iterator(waiting));
    }

    void syncBlock()
    {
        Block& block = *running->block;
        spins = 0;
        block.waiting.push_back(running);
        if (block.waiting.size() == block.fibers.size())
        {
            wake(block.waiting.data(), block.waiting.size());
            block.waiting.clear();
        }

        leave();
    }

    unsigned long long exchange(unsigned mask, unsigned long long value, unsigned lane)
    {
        unsigned number = running->thread / WarpSize, mine = running->thread % WarpSize, count = warpThreads(number);
        Warp& warp = running->block->warps[number];
        if (count < WarpSize && mask >> count) fail("a shuffle names lanes that the block does not have");
        if (!(mask >> mine & 1) || !(mask >> lane & 1)) fail("a shuffle names lanes that are not in its mask");
        if (warp.waitingCount > 0 && warp.mask != mask) fail("the lanes of a shuffle have different masks");
        if (warp.waitingCount == 0) warp.mask = warp.missing = mask;
        spins = 0;
        warp.given[mine] = value;
        warp.from[mine] = lane;
        warp.waiting[warp.waitingCount++] = running;
        warp.missing &= ~(1u << mine);
        if (warp.missing == 0)
        {
            // All at once, so that nobody can overwrite what others have yet to take.
            for (unsigned i = 0; i < WarpSize; i++)
            {
                if (mask >> i & 1) warp.taken[i] = warp.given[warp.from[i]];
            }

            wake(warp.waiting, warp.waitingCount);
            warp.waitingCount = 0;
        }

        leave();
        return warp.taken[mine];
    }

    void spin()
    {
        if (++spins > 64 * (left + 1) && !problem) problem = "threads wait for others that do not come";
        if (seed) ready.insert(ready.begin() + ptrdiff_t(below(ready.size() + 1)), running);
        else spinning.push_back(running);
        leave();
    }

    int runBlocks(const std::vector<unsigned>& numbers, unsigned sharedBytes)
    {
        ready.clear();
        spinning.clear();
        left = numbers.size() * threads.blockSize.x;
        spins = 0;
        problem = nullptr;
        while (freeBlocks.size() < numbers.size()) freeBlocks.push_back(std::make_unique<Block>());
        for (size_t i = 0; i < numbers.size(); i++)
        {
            Block& block = *freeBlocks[i];
            block.number = numbers[i];
            block.fibers.assign(threads.blockSize.x, Fiber());
            block.waiting.clear();
            block.warps.resize((threads.blockSize.x + WarpSize - 1) / WarpSize);
            for (Warp& warp : block.warps) warp.waitingCount = 0;
            block.memory.assign(sharedBytes + 32, char(SharedGarbage));
            block.shared = (char*)((uintptr_t(block.memory.data()) + 15) / 16 * 16);
            for (unsigned thread = 0; thread < threads.blockSize.x; thread++)
            {
                block.fibers[thread].block = &block;
                block.fibers[thread].thread = thread;
            }
        }

        for (size_t i = numbers.size(); i-- > 0;)
        {
            Block& block = *freeBlocks[i];
            for (unsigned thread = threads.blockSize.x; thread-- > 0;) ready.push_back(&block.fibers[thread]);
            shuffle(ready.data() + ready.size() - threads.blockSize.x, threads.blockSize.x);
        }

        Fiber* thread = next();
        thread->stack = takeStack();
        prepare(*thread);
        change(&launcher, &thread->place);
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
    shuffle(numbers.data(), numbers.size());
    if (isTogether) return runBlocks(numbers, sharedBytes);

    // Blocks of other launches may come one after the other.
    for (unsigned number : numbers)
    {
        if (int status = runBlocks({number}, sharedBytes)) return status;
    }

    return CUDA_SUCCESS;
}
