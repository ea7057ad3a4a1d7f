// A fake CUDA driver: streams, events, copies and graphs.
#include "Cuda.h"
#include <cstring>
#include <deque>
#include <memory>
#include <set>
#include <vector>

using Work = std::function<int()>;

struct Graph { std::vector<Work> nodes; };

// Some work of a stream: done at any time from when what comes before it is done to when somebody waits for it.
struct Item
{
    Work work;
    bool isUpload = false;            // a copy from pinned memory to the device
    Stream* awaited = nullptr;        // another stream, which must have done so much first
    uint64_t ticket = 0;
};

struct Stream
{
    std::deque<Item> work;
    uint64_t issued = 0, done = 0;
    Graph* recorded = nullptr;
    bool isInvalid = false;
};

namespace
{
    struct Event { Stream* stream = nullptr; uint64_t ticket = 0; };

    std::set<Stream*> streams;
    std::set<Event*> events;
    std::set<Graph*> graphs, executables;
    long long bytesUp, bytesDown;   // that went over the bus
    long long graphLaunches;
    int sticky;   // an error of the device: every later wait returns it
    bool isHasty; // whether copies to the device are done as early as streams allow, otherwise, as all work is, as late

    template <typename T> bool has(const std::set<T*>& all, T* one) { return all.count(one) > 0; }

    int finish(Stream* stream, uint64_t ticket)
    {
        while (stream->done < ticket)
        {
            Item next = std::move(stream->work.front());
            stream->work.pop_front();
            if (next.awaited && has(streams, next.awaited)) finish(next.awaited, next.ticket);
            int status = sticky || !next.work ? sticky : next.work();
            if (status) sticky = status;
            stream->done++;
        }

        if (!sticky && !fake::areGuardsWhole()) sticky = CUDA_ERROR_ILLEGAL_ADDRESS;
        return sticky;
    }

    // The copies to the device that nothing holds up any more.
    void hasten()
    {
        bool isAny = isHasty;
        while (isAny)
        {
            isAny = false;
            for (Stream* stream : streams)
            {
                while (!stream->work.empty())
                {
                    const Item& next = stream->work.front();
                    bool isFree = next.isUpload || (!next.work && (!has(streams, next.awaited) || next.awaited->done >= next.ticket));
                    if (!isFree) break;
                    finish(stream, stream->done + 1);
                    isAny = true;
                }
            }
        }
    }

    bool isRefused(Stream* stream)
    {
        if (stream->recorded) stream->isInvalid = true;
        return stream->recorded != nullptr;
    }
}

const char* fake::errorName(int status)
{
#define NAME(name) case name: return #name;
    switch (status)
    {
        NAME(CUDA_SUCCESS) NAME(CUDA_ERROR_INVALID_VALUE) NAME(CUDA_ERROR_OUT_OF_MEMORY) NAME(CUDA_ERROR_NOT_INITIALIZED) NAME(CUDA_ERROR_NO_DEVICE)
        NAME(CUDA_ERROR_INVALID_DEVICE) NAME(CUDA_ERROR_INVALID_IMAGE) NAME(CUDA_ERROR_INVALID_CONTEXT) NAME(CUDA_ERROR_NO_BINARY_FOR_GPU)
        NAME(CUDA_ERROR_INVALID_HANDLE) NAME(CUDA_ERROR_NOT_FOUND) NAME(CUDA_ERROR_ILLEGAL_ADDRESS) NAME(CUDA_ERROR_LAUNCH_FAILED) NAME(CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE) NAME(CUDA_ERROR_NOT_SUPPORTED)
        NAME(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED) NAME(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED)
        default: return nullptr;
    }
}

int fake::liveStreamThings() { return int(streams.size() + events.size() + graphs.size() + executables.size()); }

int fake::finishAll()
{
    for (Stream* stream : streams) ::finish(stream, stream->issued);
    return sticky;
}

bool fake::refusesWhileRecording()
{
    bool isAny = false;
    for (Stream* stream : streams) isAny |= ::isRefused(stream);
    return isAny;
}

int fake::finish(Stream* stream) { return ::finish(stream, stream->issued); }
bool fake::isRefused(Stream* stream) { return ::isRefused(stream); }
bool fake::isStream(Stream* stream) { return has(streams, stream); }
bool fake::isRecording(Stream* stream) { return has(streams, stream) && stream->recorded; }

bool fake::enqueue(Stream* stream, Work work)
{
    if (!has(streams, stream)) return false;
    if (stream->recorded) stream->recorded->nodes.push_back(std::move(work));
    else stream->work.push_back({std::move(work)}), stream->issued++;
    return true;
}

static int put(Stream* stream, Work work) { return fake::enqueue(stream, std::move(work)) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE; }

// For tests: what the device suffers from, and its end.
EXPORT int fakeSickness() { return sticky; }

// For tests: how much went over the bus.
EXPORT long long fakeBytesUp() { return bytesUp; }
EXPORT long long fakeBytesDown() { return bytesDown; }
EXPORT long long fakeGraphLaunches() { return graphLaunches; }

// For tests: whether copies to the device are done as early as streams allow; otherwise only when somebody waits for them.
EXPORT void fakeHasten(int value)
{
    std::lock_guard guard(fake::lock());
    isHasty = value != 0;
}

EXPORT void fakeHeal()
{
    std::lock_guard guard(fake::lock());
    fake::mendGuards();
    sticky = 0;
}

EXPORT int cuStreamCreate(Stream** stream, unsigned flags)
{
    BEGIN(true);
    if (flags > 1) return CUDA_ERROR_INVALID_VALUE;
    streams.insert(*stream = new Stream());
    return CUDA_SUCCESS;
}

EXPORT int cuStreamDestroy_v2(Stream* stream)
{
    BEGIN(true);
    if (!has(streams, stream)) return CUDA_ERROR_INVALID_HANDLE;
    int status = finish(stream, stream->issued);
    streams.erase(stream);
    delete stream;
    return status;
}

EXPORT int cuStreamSynchronize(Stream* stream)
{
    BEGIN(true);
    if (!has(streams, stream)) return CUDA_ERROR_INVALID_HANDLE;
    if (isRefused(stream)) return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    return finish(stream, stream->issued);
}

EXPORT int cuEventCreate(Event** event, unsigned flags)
{
    BEGIN(true);
    if (flags > 3) return CUDA_ERROR_INVALID_VALUE;
    events.insert(*event = new Event());
    return CUDA_SUCCESS;
}

EXPORT int cuEventRecord(Event* event, Stream* stream)
{
    BEGIN(true);
    if (!has(events, event) || !has(streams, stream)) return CUDA_ERROR_INVALID_HANDLE;
    if (isRefused(stream)) return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    *event = {stream, stream->issued};
    return CUDA_SUCCESS;
}

EXPORT int cuStreamWaitEvent(Stream* stream, Event* event, unsigned flags)
{
    BEGIN(true);
    if (!has(streams, stream) || !has(events, event)) return CUDA_ERROR_INVALID_HANDLE;
    if (flags != 0) return CUDA_ERROR_INVALID_VALUE;
    if (isRefused(stream)) return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;

    // What the event stands for is settled now; one that was never recorded holds nothing up.
    if (!event->stream) return CUDA_SUCCESS;
    stream->work.push_back({nullptr, false, event->stream, event->ticket});
    stream->issued++;
    return CUDA_SUCCESS;
}

EXPORT int cuEventSynchronize(Event* event)
{
    BEGIN(true);
    if (!has(events, event)) return CUDA_ERROR_INVALID_HANDLE;
    return event->stream && has(streams, event->stream) ? finish(event->stream, event->ticket) : sticky;
}

EXPORT int cuEventDestroy_v2(Event* event)
{
    BEGIN(true);
    if (events.erase(event) == 0) return CUDA_ERROR_INVALID_HANDLE;
    delete event;
    return CUDA_SUCCESS;
}

EXPORT int cuMemcpyHtoDAsync_v2(void* to, const void* from, size_t bytes, Stream* stream)
{
    BEGIN(true);
    if (!fake::isAllocated(to, bytes)) return CUDA_ERROR_INVALID_VALUE;
    bytesUp += bytes;
    if (!has(streams, stream)) return CUDA_ERROR_INVALID_HANDLE;
    if (fake::isPinned(from, bytes))
    {
        put(stream, [=] { std::memcpy(to, from, bytes); return 0; });
        if (stream->recorded) return CUDA_SUCCESS;
        stream->work.back().isUpload = true;
        hasten();
        return CUDA_SUCCESS;
    }

    // Memory that is not pinned is read before the call returns.
    auto copy = std::make_shared<std::vector<char>>((const char*)from, (const char*)from + bytes);
    return put(stream, [=] { std::memcpy(to, copy->data(), bytes); return 0; });
}

EXPORT int cuMemcpyDtoHAsync_v2(void* to, const void* from, size_t bytes, Stream* stream)
{
    BEGIN(true);
    if (!fake::isAllocated(from, bytes)) return CUDA_ERROR_INVALID_VALUE;
    bytesDown += bytes;
    return put(stream, [=] { std::memcpy(to, from, bytes); return 0; });
}

EXPORT int cuMemcpyDtoDAsync_v2(void* to, const void* from, size_t bytes, Stream* stream)
{
    BEGIN(true);
    if (!fake::isAllocated(to, bytes) || !fake::isAllocated(from, bytes)) return CUDA_ERROR_INVALID_VALUE;
    return put(stream, [=] { std::memcpy(to, from, bytes); return 0; });
}

EXPORT int cuMemsetD8Async(void* to, unsigned char value, size_t bytes, Stream* stream)
{
    BEGIN(true);
    if (!fake::isAllocated(to, bytes)) return CUDA_ERROR_INVALID_VALUE;
    return put(stream, [=] { std::memset(to, value, bytes); return 0; });
}

EXPORT int cuStreamBeginCapture_v2(Stream* stream, int mode)
{
    BEGIN(true);
    if (!has(streams, stream)) return CUDA_ERROR_INVALID_HANDLE;
    if (mode < 0 || mode > 2 || stream->recorded) return CUDA_ERROR_INVALID_VALUE;
    graphs.insert(stream->recorded = new Graph());
    stream->isInvalid = false;
    return CUDA_SUCCESS;
}

EXPORT int cuStreamEndCapture(Stream* stream, Graph** graph)
{
    BEGIN(true);
    if (!has(streams, stream)) return CUDA_ERROR_INVALID_HANDLE;
    if (!stream->recorded) return CUDA_ERROR_INVALID_VALUE;
    *graph = stream->recorded;
    stream->recorded = nullptr;
    if (!stream->isInvalid) return CUDA_SUCCESS;
    graphs.erase(*graph);
    delete *graph;
    *graph = nullptr;
    return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
}

EXPORT int cuGraphInstantiateWithFlags(Graph** executable, Graph* graph, unsigned long long flags)
{
    BEGIN(true);
    if (!has(graphs, graph)) return CUDA_ERROR_INVALID_HANDLE;
    if (flags != 0) return CUDA_ERROR_INVALID_VALUE;
    executables.insert(*executable = new Graph(*graph));
    return CUDA_SUCCESS;
}

EXPORT int cuGraphDestroy(Graph* graph)
{
    BEGIN(false);
    if (graphs.erase(graph) == 0) return CUDA_ERROR_INVALID_HANDLE;
    delete graph;
    return CUDA_SUCCESS;
}

EXPORT int cuGraphExecDestroy(Graph* executable)
{
    BEGIN(false);
    if (executables.erase(executable) == 0) return CUDA_ERROR_INVALID_HANDLE;
    delete executable;
    return CUDA_SUCCESS;
}

EXPORT int cuGraphLaunch(Graph* executable, Stream* stream)
{
    BEGIN(true);
    if (!has(executables, executable) || !has(streams, stream)) return CUDA_ERROR_INVALID_HANDLE;
    graphLaunches++;
    for (const Work& node : executable->nodes) fake::enqueue(stream, node);
    return CUDA_SUCCESS;
}
