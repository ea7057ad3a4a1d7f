using System.Runtime.InteropServices;

namespace FastSeq.Benchmarks.Ratios;

/// <summary>Keeps the measuring thread on one core while a contender runs on one thread (Linux; elsewhere the thread moves freely).</summary>
/// <remarks>Threads started by a pinned thread stay on its core, so contenders with more threads run, and start them, unpinned.</remarks>
static partial class CorePinning
{
    static readonly byte[] s_allowed = Allowed();

    /// <summary>The core measured on: the last one the process may use (the first takes most interrupts).</summary>
    public static int Core { get; } = Array.FindLastIndex(s_allowed, bits => bits != 0) is >= 0 and var at
        ? (at * 8) + 7 - byte.LeadingZeroCount(s_allowed[at])
        : -1;

    public static void Set(bool pinned)
    {
        if (Core < 0)
            return;
        var mask = (byte[])s_allowed.Clone();
        if (pinned)
        {
            Array.Clear(mask);
            mask[Core / 8] = (byte)(1 << (Core % 8));
        }

        _ = SetAffinity(0, (nuint)mask.Length, mask);
    }

    static byte[] Allowed()
    {
        var mask = new byte[128];
        return OperatingSystem.IsLinux() && GetAffinity(0, (nuint)mask.Length, mask) == 0 ? mask : [];
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nuint size, [Out] byte[] mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nuint size, byte[] mask);
}
