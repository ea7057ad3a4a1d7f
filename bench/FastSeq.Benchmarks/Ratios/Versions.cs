using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;

namespace FastSeq.Benchmarks.Ratios;

/// <summary>The machine and the versions a run was made with.</summary>
static partial class Versions
{
    public static string CpuName { get; } = ReadCpuName();

    /// <summary>The name as a folder.</summary>
    public static string CpuFolder => NotInFolders().Replace(CpuName.Replace("(R)", "").Replace("(TM)", ""), "-").Trim('-');

    public static string Describe(string? torchMissing)
    {
        int width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        string tiering = AppContext.TryGetSwitch("System.Runtime.TieredCompilation", out bool tiered) && !tiered ? "no tiers" : "tiered compilation, warmed up";
        return $"""
            CPU           {CpuName}, {Environment.ProcessorCount} cores, widest vectors {width} bits
            system        {RuntimeInformation.OSDescription}
            .NET          {Environment.Version}, just-in-time compiler, {tiering}
            FastSeq       {VersionOf(typeof(SequenceModelAttribute))}
            TorchSharp    {(torchMissing is null ? VersionOf(typeof(TorchSharp.torch)) : torchMissing)}
            ONNX Runtime  {VersionOf(typeof(Microsoft.ML.OnnxRuntime.InferenceSession))}
            threads       1 (pinned to core {CorePinning.Core}), training also 2
            """;
    }

    static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>A hypervisor may hide the name of the model, so family and model number stand behind it.</summary>
    static string ReadCpuName()
    {
        if (!File.Exists("/proc/cpuinfo"))
            return RuntimeInformation.ProcessArchitecture.ToString();
        ILookup<string, string> facts = File.ReadLines("/proc/cpuinfo").Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2)
            .ToLookup(pair => pair[0].Trim(), pair => pair[1].Trim());
        string name = facts["model name"].FirstOrDefault() ?? RuntimeInformation.ProcessArchitecture.ToString();
        return $"{name} (family {facts["cpu family"].FirstOrDefault()} model {facts["model"].FirstOrDefault()})";
    }

    [GeneratedRegex("[^A-Za-z0-9.]+")]
    private static partial Regex NotInFolders();
}
