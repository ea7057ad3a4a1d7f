using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace FastSeq.Tensors;

/// <summary>
/// A few parked threads that share the parts of some work with the thread that calls <see cref="Run"/>.
/// Dispatching allocates nothing. Parts are handed out in order to whichever thread is free, so work must put what a part
/// computes into a place of that part, never of a thread; then the number of threads does not show in any result.
/// </summary>
public sealed class WorkerPool : IDisposable
{
    // Longer than the gap between two phases, or two training steps; waking a thread that has parked takes as long.
    const int SpinMicroseconds = 60;

    // Looks between two looks at the clock; a look every 40 nanoseconds.
    const int LooksTogether = 16;

    [ThreadStatic]
    static WorkerPool? workingFor;

    readonly Thread[] workers;
    readonly Lock runGate = new();
    readonly object workGate = new();
    readonly object doneGate = new();

    // How long a thread spins before it parks. Where there are more threads than cores it would keep the one it waits for from running.
    readonly long spinTicks;

    Shared shared;

    // What to do: stable while a part of the job is unclaimed.
    IParallelWork? work;
    int phase;
    int parts;

    int parkedWorkers;
    bool callerParked;
    volatile bool stopping;

    ExceptionDispatchInfo? failure;
    int failedPart;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">How many threads work together, the caller of <see cref="Run"/> included; 1 starts none.</param>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        spinTicks = threads <= Environment.ProcessorCount ? Stopwatch.Frequency * SpinMicroseconds / 1_000_000 : 0;
        workers = new Thread[threads - 1];
        for (int i = 0; i < workers.Length; i++)
        {
            workers[i] = new Thread(WorkUntilStopped) { IsBackground = true, Name = $"FastSeq worker {i + 1}" };
            workers[i].Start();
        }
    }

    /// <summary>How many threads work together, the caller of <see cref="Run"/> included.</summary>
    public int Threads { get; }

    /// <summary>
    /// Does all parts of a phase and returns when they are done. The caller's thread does part 0, and more when it is free.
    /// Throws what the failed part with the lowest number threw; the parts that had not started then are left out.
    /// </summary>
    /// <param name="work">The work.</param>
    /// <param name="phase">Passed on to it.</param>
    /// <param name="parts">How many parts, from 0 on, it has.</param>
    public void Run(IParallelWork work, int phase, int parts)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentOutOfRangeException.ThrowIfNegative(parts);
        ObjectDisposedException.ThrowIf(stopping, this);
        if (workers.Length == 0 || parts <= 1)
        {
            for (int part = 0; part < parts; part++) work.Execute(phase, part);
            return;
        }

        if (runGate.IsHeldByCurrentThread || workingFor == this) throw new InvalidOperationException("A part of some work cannot run other work on the same WorkerPool.");
        lock (runGate) RunShared(work, phase, parts);
    }

    /// <summary>Ends the threads and waits for them.</summary>
    public void Dispose()
    {
        if (stopping) return;
        lock (runGate) stopping = true;
        lock (workGate) Monitor.PulseAll(workGate);
        foreach (Thread worker in workers) worker.Join();
    }

    /// <summary>Ends the threads without waiting for them; for finalizers.</summary>
    internal void Abandon()
    {
        stopping = true;
        lock (workGate) Monitor.PulseAll(workGate);
    }

    void RunShared(IParallelWork work, int phase, int parts)
    {
        this.work = work;
        this.phase = phase;
        this.parts = parts;
        failure = null;
        shared.Unfinished = parts;

        // Publish with part 0 already claimed by this thread.
        Interlocked.Exchange(ref shared.Job, ((shared.Job >> 32) + 1 << 32) | (uint)(parts - 1));
        if (Volatile.Read(ref parkedWorkers) > 0)
        {
            lock (workGate) Monitor.PulseAll(workGate);
        }

        ExecutePart(work, phase, 0);
        while (TryExecuteNext()) { }
        WaitForOthers();
        this.work = null;
        if (failure is { } thrown)
        {
            failure = null;
            thrown.Throw();
        }
    }

    bool HasUnclaimedPart => (uint)Volatile.Read(ref shared.Job) != 0;

    bool TryExecuteNext()
    {
        while (true)
        {
            long seen = Volatile.Read(ref shared.Job);
            uint unclaimed = (uint)seen;
            if (unclaimed == 0) return false;
            IParallelWork? seenWork = work;
            int seenPhase = phase, seenParts = parts;
            if (Interlocked.CompareExchange(ref shared.Job, seen - 1, seen) != seen) continue;
            ExecutePart(seenWork!, seenPhase, seenParts - (int)unclaimed);
            return true;
        }
    }

    void ExecutePart(IParallelWork work, int phase, int part)
    {
        try
        {
            if (Volatile.Read(ref failure) is null) work.Execute(phase, part);
        }
        catch (Exception exception)
        {
            lock (doneGate)
            {
                if (failure is null || part < failedPart)
                {
                    failedPart = part;
                    Volatile.Write(ref failure, ExceptionDispatchInfo.Capture(exception));
                }
            }
        }

        if (Interlocked.Decrement(ref shared.Unfinished) == 0 && Volatile.Read(ref callerParked))
        {
            lock (doneGate) Monitor.Pulse(doneGate);
        }
    }

    void WaitForOthers()
    {
        var patience = new Patience(spinTicks);
        while (Volatile.Read(ref shared.Unfinished) != 0 && patience.Lasts) { }
        if (Volatile.Read(ref shared.Unfinished) == 0) return;
        lock (doneGate)
        {
            // A full fence between announcing and looking, as in the workers' decrement and look: one of the two sees the other.
            Volatile.Write(ref callerParked, true);
            Interlocked.MemoryBarrier();
            while (Volatile.Read(ref shared.Unfinished) != 0) Monitor.Wait(doneGate);
            callerParked = false;
        }
    }

    void WorkUntilStopped()
    {
        workingFor = this;
        while (!stopping)
        {
            if (TryExecuteNext()) continue;
            var patience = new Patience(spinTicks);
            while (!HasUnclaimedPart && patience.Lasts) { }
            if (HasUnclaimedPart) continue;
            lock (workGate)
            {
                Interlocked.Increment(ref parkedWorkers);
                // Once woken it spins again, even where others have done that work: more is likely to follow.
                if (!HasUnclaimedPart && !stopping) Monitor.Wait(workGate);
                Interlocked.Decrement(ref parkedWorkers);
            }
        }
    }

    /// <summary>How long a thread goes on looking before it parks.</summary>
    struct Patience(long ticks)
    {
        int looks;
        long end;

        /// <summary>Pauses for some 40 nanoseconds; false when it is over.</summary>
        public bool Lasts
        {
            get
            {
                if (looks++ % LooksTogether == 0)
                {
                    long now = Stopwatch.GetTimestamp();
                    if (looks == 1) end = now + ticks;
                    if (now >= end) return false;
                }

                Thread.SpinWait(1);
                return true;
            }
        }
    }

    /// <summary>What threads look at while others write: each on cache lines of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 3 * Apart)]
    struct Shared
    {
        /// <summary>Two lines, as they are fetched in pairs.</summary>
        const int Apart = 128;

        /// <summary>
        /// The job in progress: its number (high half), parts not yet claimed (low half). One word, so that a claim is one compare-and-swap that fails when the job has changed.
        /// </summary>
        [FieldOffset(Apart)]
        public long Job;

        /// <summary>Parts of the job that are not done.</summary>
        [FieldOffset(2 * Apart)]
        public int Unfinished;
    }
}
