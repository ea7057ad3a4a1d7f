using FastSeq.Cli;
using FastSeq.Cuda.Tests.Support;

namespace FastSeq.Cuda.Tests;

/// <summary>What <c>fastseq devices</c> writes.</summary>
public sealed class DevicesCommandTests : CudaTest
{
    [Fact]
    public async Task Devices_AreListed() => Assert.Equal(
        """
        device  name        compute capability  multiprocessors    memory
        0       Fake GPU 0                 9.0                2  1.00 GiB
        1       Fake GPU 1                 9.0                2  1.00 GiB
        driver: CUDA 12.8, cuBLAS 12.8.4, NVRTC 12.8

        """.ReplaceLineEndings("\n"),
        await Output());

    [Fact]
    public async Task MissingDriver_IsNoError()
    {
        using LibraryFolder folder = Child.FolderOf();
        await Child.Run(
            typeof(DevicesCommandTests), new() { [FakeCuda.PathVariable] = folder.FullName },
            () => Assert.Equal(CudaDevice.Missing + "\n", Output().GetAwaiter().GetResult()));
    }

    [Fact]
    public async Task MissingLibrary_StandsUnderTheDevices()
    {
        using LibraryFolder folder = Child.FolderOf("libcuda.so.1", "libcublas.so.12");
        await Child.Run(
            typeof(DevicesCommandTests), new() { [FakeCuda.PathVariable] = folder.FullName },
            () =>
            {
                string[] lines = Output().GetAwaiter().GetResult().Split('\n');
                Assert.Equal("driver: CUDA 12.8, cuBLAS 12.8.4, NVRTC missing", lines[3]);
                Assert.Equal(CudaDevice.Missing, lines[4]);
            });
    }

    static async Task<string> Output()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await CommandLine.RunAsync(["devices"], output, error);
        Assert.Equal((0, ""), (exitCode, error.ToString()));
        return output.ToString().ReplaceLineEndings("\n");
    }
}
