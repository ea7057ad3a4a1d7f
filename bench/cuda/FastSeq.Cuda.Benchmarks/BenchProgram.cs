using System.CommandLine;
using FastSeq.Benchmarks.Shared;
using FastSeq.Cuda.Benchmarks.Check;
using FastSeq.Cuda.Benchmarks.Timing;

namespace FastSeq.Cuda.Benchmarks;

/// <summary>The verbs, and what those that need a device have in common.</summary>
static class BenchProgram
{
    /// <summary>Runs a verb.</summary>
    /// <returns>0, 1 where something failed, 2 for a wrong command line.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Checks and times FastSeq on an NVIDIA GPU.") { CheckCommand.Create(), TimeCommand.Create(), CrossoverCommand.Create(), PeakCommand.Create(), JoinCommand.Create() };
        return BenchCommandLine.Run(root, args, output, error, exception => exception is CudaException or NotSupportedException);
    }

    /// <summary>Gives a verb its work on a device.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="work">What it does; false where something failed.</param>
    public static void SetDeviceWork(this Command command, Func<ParseResult, TextWriter, bool> work) => command.SetAction(parsed =>
    {
        if (CudaDevice.Missing is { } missing) throw new BenchException(missing);
        return work(parsed, parsed.InvocationConfiguration.Output) ? BenchCommandLine.Success : BenchCommandLine.Failure;
    });
}
