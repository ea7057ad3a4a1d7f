using System.Globalization;
using System.Text.RegularExpressions;
using FastSeq.Cli;
using FastSeq.Cuda.Tests.Support;

namespace FastSeq.Cuda.Tests;

/// <summary>What <c>--device cuda</c> does.</summary>
public sealed class DeviceOptionTests : CudaTest
{
    [Fact]
    public async Task Train_LearnsOnTheDevice()
    {
        using var folder = new TemporaryFolder();
        (string there, string here) = (await Train(folder, "cuda", 0), await Train(folder, "cpu", 0));
        Assert.Contains("training on Fake GPU 0", there);
        Assert.DoesNotContain("training on", here);
        Assert.Equal(Error(here), Error(there), 0.01 * Error(here));

        static double Error(string output) => double.Parse(Regex.Match(output, @"mean absolute error: ([\d.]+)").Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Predict_ComputesOnTheDevice()
    {
        using var folder = new TemporaryFolder();
        await Train(folder, "cpu", 0);
        foreach (string[] what in new[] { ["--steps", "20"], new[] { "--backtest" } })
        {
            long before = FakeCuda.BytesUp;
            double[] here = await Predict(folder, "cpu", what);
            Assert.Equal(before, FakeCuda.BytesUp);
            double[] there = await Predict(folder, "cuda", what);
            Assert.True(FakeCuda.BytesUp > before);
            Assert.Equal(here.Length, there.Length);
            foreach ((double one, double other) in here.Zip(there)) Assert.Equal(one, other, 1e-3);
        }
    }

    [Fact]
    public async Task Quickstart_LearnsOnTheDevice()
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output, string error) = await Run("quickstart", "--device", "cuda", "--epochs", "1", "--fast", "--out", folder.FullName);
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains(", on Fake GPU 0, seed 1", output);
    }

    [Fact]
    public async Task Auto_SaysWhatItChoseAndRemembersIt()
    {
        using var folder = new TemporaryFolder();
        string[] lines = [Line(await Train(folder, "auto", 0)), Line(await Train(folder, "auto", 0))];
        Assert.Equal(lines[0], lines[1]);
        Assert.Matches("^device: (Fake GPU 0: a training step of 32 x 8 takes .* ms there and .* ms on the processor|the processor: a training step of 32 x 8 takes .* ms there and .* ms on Fake GPU 0)$", lines[0]);
        string data = Path.Combine(folder.FullName, "data.csv"), weights = Path.Combine(folder.FullName, "model.safetensors");
        (int exitCode, string output, string error) = await Run("predict", "--data", data, "--weights", weights, "--device", "auto");
        Assert.Equal(0, exitCode);
        Assert.StartsWith("step,forecast\n", output);
        Assert.Contains(": a prediction of 1 x 8 takes ", Line(error));

        static string Line(string text) => Assert.Single(text.Split('\n'), line => line.StartsWith("device: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AutoWithoutADriver_IsTheProcessor()
    {
        using LibraryFolder libraries = Child.FolderOf();
        await Child.Run(
            typeof(DeviceOptionTests), new() { [FakeCuda.PathVariable] = libraries.FullName },
            () =>
            {
                using var folder = new TemporaryFolder();
                Assert.Contains($"\ndevice: the processor: {CudaDevice.Missing}\n", Train(folder, "auto", 0).GetAwaiter().GetResult());
                (int exitCode, string output, string error) = Run("quickstart", "--device", "auto", "--epochs", "1", "--fast", "--out", folder.FullName).GetAwaiter().GetResult();
                Assert.Equal((0, ""), (exitCode, error));
                Assert.Contains($"\ndevice: the processor: {CudaDevice.Missing}\n", output);
                Assert.Contains(", 2 threads, seed 1", output);
            });
    }

    [Fact]
    public async Task MissingDriver_IsAnError()
    {
        using LibraryFolder libraries = Child.FolderOf();
        await Child.Run(
            typeof(DeviceOptionTests), new() { [FakeCuda.PathVariable] = libraries.FullName },
            () =>
            {
                using var folder = new TemporaryFolder();
                Assert.Equal($"error: {CudaDevice.Missing}\n", Train(folder, "cuda", 1).GetAwaiter().GetResult());
                Assert.Equal((1, "", $"error: {CudaDevice.Missing}\n"), Run("quickstart", "--device", "cuda", "--out", folder.FullName).GetAwaiter().GetResult());
            });
    }

    [Fact]
    public async Task DeviceThatTheToolkitDoesNotKnow_IsAnError()
    {
        using var folder = new TemporaryFolder();
        FakeCuda.SetArchitectures(100);
        try
        {
            Assert.StartsWith("error: NVRTC 12.8 makes no code for Fake GPU 0, whose compute capability is 9.0. Install an older CUDA toolkit", (await Train(folder, "cuda", 1)).Split('\n')[^2]);
            (int exitCode, _, string error) = await Run("quickstart", "--device", "cuda", "--fast", "--out", folder.FullName);
            Assert.Equal(1, exitCode);
            Assert.StartsWith("error: NVRTC 12.8 makes no code for Fake GPU 0", error);
        }
        finally
        {
            FakeCuda.SetArchitectures(75, 80, 86, 89, 90, 100);
        }
    }

    [Fact]
    public async Task OtherDevices_AreRefused()
    {
        (int exitCode, _, string error) = await Run("quickstart", "--device", "tpu");
        Assert.Equal(2, exitCode);
        Assert.Contains("'tpu'", error);
    }

    static async Task<string> Train(TemporaryFolder folder, string device, int expected)
    {
        string data = Path.Combine(folder.FullName, "data.csv"), weights = Path.Combine(folder.FullName, "model.safetensors");
        File.WriteAllLines(data, Enumerable.Range(0, 120).Select(t => FormattableString.Invariant($"{100 + (10 * Math.Sin(t / 2.0)):0.00}")).Prepend("load"));
        (int exitCode, string output, string error) =
            await Run("train", "--data", data, "--target", "load", "--window", "8", "--epochs", "2", "--hidden", "32", "--device", device, "--out", weights);
        Assert.Equal(expected, exitCode);
        return output + error;
    }

    static async Task<double[]> Predict(TemporaryFolder folder, string device, string[] what)
    {
        string data = Path.Combine(folder.FullName, "data.csv"), weights = Path.Combine(folder.FullName, "model.safetensors");
        (int exitCode, string output, string error) = await Run(["predict", "--data", data, "--weights", weights, "--device", device, .. what]);
        Assert.True(exitCode == 0, error);
        return [.. output.TrimEnd().Split('\n').Skip(1).Select(line => double.Parse(line.Split(',')[^1], CultureInfo.InvariantCulture))];
    }

    static async Task<(int ExitCode, string Output, string Error)> Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await CommandLine.RunAsync(args, output, error);
        return (exitCode, output.ToString().ReplaceLineEndings("\n"), error.ToString().ReplaceLineEndings("\n"));
    }

    sealed class TemporaryFolder : IDisposable
    {
        readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastseq-device-");

        public string FullName => _folder.FullName;

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
