using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastSeq.Cuda.Compilation;
using FastSeq.Devices;

namespace FastSeq.Cuda;

/// <summary>What a step takes, in seconds: measured, and kept beside the compiled kernels.</summary>
/// <param name="Device">On the device.</param>
/// <param name="Processor">On the processor.</param>
readonly record struct DeviceTimes(double Device, double Processor)
{
    const int Bytes = 2 * sizeof(double);

    /// <summary>The name of the entry: all that the times depend on. The folder may be shared by machines.</summary>
    public static string KeyOf(ModelInfo info, DeviceProgram program, ISequenceDevice device, DeviceWork work, StepSize size, int threads) => KernelCache.KeyOf(
    [
        "times of a step 1",
        $"{typeof(DeviceTimes).Assembly.GetName().Version}",
        info.ToString(),
        .. info.Parameters.Select(parameter => $"{parameter.Name} {string.Join(' ', parameter.Shape)} {parameter.IsFrozen}"),
        .. KernelText.Of(program.Source),
        string.Create(CultureInfo.InvariantCulture, $"{work} {size.Batch} {size.TimeSteps} {threads}"),
        device.Name,
        device is CudaDevice cuda ? $"{cuda.ProductPrecision} {cuda.UsesLayerKernels} {cuda.RecordsSteps} {cuda.DriverVersion} {CudaDevice.CublasVersion} {CudaDevice.NvrtcVersion}" : "",
        Environment.MachineName,
        string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} {Vector512.IsHardwareAccelerated} {Vector256.IsHardwareAccelerated} {RuntimeFeature.IsDynamicCodeCompiled}"),
    ]);

    /// <summary>Reads an entry; one that makes no sense counts as none.</summary>
    public static bool TryRead(string key, out DeviceTimes times)
    {
        times = default;
        if (KernelCache.TryRead(key) is not { Length: Bytes } entry) return false;
        times = new DeviceTimes(BinaryPrimitives.ReadDoubleLittleEndian(entry), BinaryPrimitives.ReadDoubleLittleEndian(entry.AsSpan(sizeof(double))));
        return times.Device >= 0 && times.Processor >= 0;
    }

    /// <summary>Keeps the times, if it can. Of processes that measure at the same time the last one's stay.</summary>
    public void Write(string key)
    {
        var entry = new byte[Bytes];
        BinaryPrimitives.WriteDoubleLittleEndian(entry, Device);
        BinaryPrimitives.WriteDoubleLittleEndian(entry.AsSpan(sizeof(double)), Processor);
        KernelCache.Write(key, entry);
    }
}
