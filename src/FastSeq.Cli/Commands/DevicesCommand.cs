using System.CommandLine;
using FastSeq.Cuda;

namespace FastSeq.Cli.Commands;

/// <summary><c>fastseq devices</c>: what this machine can compute on besides its processor, or what it lacks for that.</summary>
static class DevicesCommand
{
    public static Command Create()
    {
        var command = new Command("devices", "Lists the GPUs of this machine, or says what is missing to use one.");
        command.SetWork((_, terminal, _) =>
        {
            if (CudaDevice.All.Count > 0) WriteDevices(terminal);
            if (CudaDevice.Missing is { } missing) terminal.WriteLine(CommandLine.Printable(missing));
        });
        return command;
    }

    static void WriteDevices(Terminal terminal)
    {
        string[][] rows = [.. CudaDevice.All.Select(device => new[]
        {
            FormattableString.Invariant($"{device.Ordinal}"), CommandLine.Printable(device.Name), $"{device.ComputeCapability}",
            FormattableString.Invariant($"{device.Multiprocessors}"), Terminal.Bytes(device.TotalMemory),
        })];
        terminal.WriteTable(["device", "name", "compute capability", "multiprocessors", "memory"], rows, numbers: 3);
        terminal.WriteLine($"driver: CUDA {CudaDevice.All[0].DriverVersion}, cuBLAS {Text(CudaDevice.CublasVersion)}, NVRTC {Text(CudaDevice.NvrtcVersion)}");
    }

    static string Text(Version? version) => version?.ToString() ?? "missing";
}
