using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text.RegularExpressions;
using Xunit;

namespace FastSeq.Tests.InstructionSets;

/// <summary>
/// Runs the tests with the trait Run = EveryInstructionSet again, in processes of their own whose runtime is told to do without some instructions:
/// so each width of the emitted code is proven on one machine. (Native AOT ignores these switches.)
/// </summary>
public sealed partial class InstructionSetTests
{
    /// <summary>Set in the processes that are started here; what it holds is what the process must find. It keeps them from starting more.</summary>
    private const string Expected = "FASTSEQ_TEST_VECTOR_BITS";

    [Theory(Timeout = 600_000)]
    [InlineData("DOTNET_EnableAVX512", 256)]
    [InlineData("DOTNET_EnableAVX2", 128)]
    [InlineData("DOTNET_EnableHWIntrinsic", 0)]
    public async Task Models_HoldWithout(string instructions, int vectorBits)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(Expected) is null, "This process is one of those that the test starts.");
        Assert.SkipUnless(Avx2.IsSupported, "The widths that are switched off are those of an x64 processor with AVX2.");

        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        string assembly = typeof(InstructionSetTests).Assembly.Location;
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(assembly);
        }

        foreach (string argument in new[] { "--filter-trait", "Run=EveryInstructionSet", "--no-progress", "--no-ansi" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[instructions] = "0";
        start.Environment[Expected] = vectorBits.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using Process process = Process.Start(start)!;
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using CancellationTokenRegistration end = cancellation.Register(() => process.Kill(entireProcessTree: true));
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellation);
        string output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);

        Assert.True(process.ExitCode == 0, $"With {instructions}=0:\n{output}\n{await errors}");
        int succeeded = int.Parse(Succeeded().Match(output).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(succeeded > 100, $"With {instructions}=0 only {succeeded} tests ran.");
    }

    [Fact]
    [Trait("Run", "EveryInstructionSet")]
    public void Process_HasTheVectorsItWasStartedFor()
    {
        string? expected = Environment.GetEnvironmentVariable(Expected);
        Assert.SkipWhen(expected is null, "This process was not started for a width.");
        int bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        Assert.Equal(expected, bits.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"succeeded: (\d+)")]
    private static partial Regex Succeeded();
}
