using System.CommandLine;
using BenchmarkDotNet.Running;
using FastSeq.Benchmarks.Peers;

namespace FastSeq.Benchmarks.ForPeople;

/// <summary><c>benchmarks</c>: those of BenchmarkDotNet.</summary>
static class BenchmarksCommand
{
    public const string Name = "benchmarks";

    /// <param name="arguments">What BenchmarkDotNet gets.</param>
    public static Command Create(string[] arguments)
    {
        var command = new Command(Name, "BenchmarkDotNet's; all arguments are for it, for instance --filter *Step*, and --help lists them.");
        command.SetAction(_ =>
        {
            if (TorchLibrary.Load() is { } missing)
                Console.WriteLine(missing);
            BenchmarkSwitcher.FromAssembly(typeof(BenchmarksCommand).Assembly).Run(arguments);
        });
        return command;
    }
}
