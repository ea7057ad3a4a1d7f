using System.CommandLine;
using System.Diagnostics;

namespace FastSeq.Cuda.Benchmarks.Timing;

/// <summary><c>peak</c>: what the device does at most, which is what times are held against.</summary>
static class PeakCommand
{
    const int Repetitions = 20;

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Option<bool> tiny = CommonOptions.Tiny();
        Option<string?> json = CommonOptions.Json();
        var command = new Command("peak", "What the device does at most: a large product in each precision, a copy.") { tiny, json };
        command.SetDeviceWork((parsed, output) =>
        {
            Run(parsed.GetValue(tiny), parsed.GetValue(json), output);
            return true;
        });
        return command;
    }

    static void Run(bool isTiny, string? json, TextWriter output)
    {
        CudaDevice device = CudaDevice.Default;
        List<BenchRow> rows = [Machine(device)];
        foreach ((string name, string fact) in rows[0].Machine!) output.WriteLine($"{name}: {fact}");
        using CudaQueue queue = device.CreateQueue(KernelText.Of(""), isDouble: false);
        int size = isTiny ? 48 : 8192;
        long bytes = isTiny ? 1 << 16 : 1L << 30;
        foreach (ProductPrecision precision in Enum.GetValues<ProductPrecision>())
        {
            queue.ProductPrecision = precision;
            using CudaMemory a = queue.Allocate((long)size * size * sizeof(float)), b = queue.Allocate((long)size * size * sizeof(float)), c = queue.Allocate((long)size * size * sizeof(float));

            // Zeros take less power than numbers do, and a device may run faster with them.
            foreach (CudaMemory factor in new[] { a, b }) queue.Launch(queue.Kernel("fill_numbers"), (long)size * size, (long)size * size, 0.7, factor.Pointer);
            double seconds = Seconds(queue, () => queue.Multiply(size, size, size, a.Pointer, size, false, b.Pointer, size, false, 0, c.Pointer, size));
            rows.Add(new BenchRow { Side = "peak", Precision = Figures.NameOf(precision), TeraPerSecond = 2 * Math.Pow(size, 3) / seconds / 1e12 });
        }

        using (CudaMemory from = queue.Allocate(bytes), to = queue.Allocate(bytes))
        {
            double seconds = Seconds(queue, () => queue.Copy(from.Pointer, to.Pointer, bytes));
            rows.Add(new BenchRow { Side = "peak", Precision = "copy", TeraPerSecond = 2 * bytes / seconds / 1e12 });
        }

        foreach (BenchRow row in rows.Skip(1))
            output.WriteLine(FormattableString.Invariant($"{row.Precision}: {row.TeraPerSecond:0.###} {(row.Precision == "copy" ? "TB/s read and written" : "TFLOP/s")}"));
        BenchRow.Append(json, rows);
    }

    static double Seconds(CudaQueue queue, Action work)
    {
        for (int i = 0; i < Repetitions / 4; i++) work();
        queue.Wait();
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < Repetitions; i++) work();
        queue.Wait();
        return Stopwatch.GetElapsedTime(started).TotalSeconds / Repetitions;
    }

    static BenchRow Machine(CudaDevice device) => new()
    {
        Side = "machine",
        Machine = new()
        {
            ["device"] = device.Name,
            ["compute capability"] = $"{device.ComputeCapability}",
            ["multiprocessors"] = $"{device.Multiprocessors}",
            ["CUDA of the driver"] = $"{device.DriverVersion}",
            ["cuBLAS"] = $"{CudaDevice.CublasVersion}",
            ["NVRTC"] = $"{CudaDevice.NvrtcVersion}",
            [".NET"] = $"{Environment.Version}",
            ["processors"] = $"{Environment.ProcessorCount}",
        },
    };
}
