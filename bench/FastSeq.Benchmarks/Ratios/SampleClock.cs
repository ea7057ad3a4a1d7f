using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FastSeq.Benchmarks.Ratios;

/// <summary>Wall time, and whether other processes took a core away meanwhile (Linux; elsewhere that is not seen).</summary>
/// <remarks>
/// Of work on one thread the kernel says how long the thread really ran: where the wall clock says 2 % more, the sample was interrupted.
/// Of work on several threads it says how often threads of this process were taken from their core before they waited by themselves.
/// </remarks>
readonly partial struct SampleClock
{
    const int ThreadProcessorTime = 3, WholeProcess = 0, ThisThread = 1;
    const double Interrupted = 1.02;
    readonly long _wall;
    readonly double _processor;
    readonly long _switches;

    SampleClock(long wall, double processor, long switches)
    {
        _wall = wall;
        _processor = processor;
        _switches = switches;
    }

    public static SampleClock Start() => new(Stopwatch.GetTimestamp(), ProcessorMicroseconds(), Switches());

    /// <summary>The time since the start: on the wall clock or, of one thread that was interrupted, the time it ran.</summary>
    public (double Microseconds, bool Interrupted) Stop(int threads)
    {
        double wall = Stopwatch.GetElapsedTime(_wall).TotalMicroseconds;
        if (!OperatingSystem.IsLinux())
            return (wall, false);
        if (threads > 1)
            return (wall, Switches() - _switches > 2);
        double processor = ProcessorMicroseconds() - _processor;
        return wall > Interrupted * processor ? (processor, true) : (wall, false);
    }

    static double ProcessorMicroseconds()
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        Span<long> time = stackalloc long[2]; // seconds, nanoseconds
        _ = GetTime(ThreadProcessorTime, time);
        return (time[0] * 1e6) + (time[1] / 1e3);
    }

    static long Switches() => Switches(WholeProcess);

    /// <summary>How often this thread was taken from its core before it waited by itself.</summary>
    public static long ThreadSwitches() => Switches(ThisThread);

    static long Switches(int who)
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        Span<long> usage = stackalloc long[18]; // two times of two numbers, then fourteen counts, the last of them involuntary switches
        _ = GetUsage(who, usage);
        return usage[17];
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, Span<long> time);

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetUsage(int who, Span<long> usage);
}
