using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace FastSeq.Cuda.Tests.Support;

/// <summary>Runs the tests as the entry point that xunit would generate, and in a process that was started for one test that one.</summary>
static class Program
{
    static Task<int> Main(string[] arguments)
    {
        if (Child.IsThis) return Child.RunTest(arguments[0], arguments[1]);
        if (arguments.Any(argument => argument is "-automated" or "@@")) return ConsoleRunner.Run(arguments);
        return TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
    }
}
