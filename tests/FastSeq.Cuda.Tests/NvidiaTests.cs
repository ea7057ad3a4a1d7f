using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using FastSeq.Cuda.Compilation;
using FastSeq.Cuda.Tests.Support;

namespace FastSeq.Cuda.Tests;

/// <summary>
/// NVIDIA's own compiler in the place of the fake one, where tests/nvidia/get.sh has fetched it: it needs no GPU. Each test is a process of its own, as libraries are loaded once.
/// </summary>
public sealed partial class NvidiaTests
{
    static readonly Version s_version = new(12, 4);
    static readonly Lazy<string?> s_folder = new(FindFolder);

    /// <summary>Kernels of models with plain cells of all kinds, most of their options, and all precisions, for the architecture of an H100 and H200.</summary>
    [Fact]
    public Task Kernels_CompileWithoutSpills() => Run(() => CompileAll(["Wide", "Various", "Large", "Unfit", "Exact"], "sm_90"));

    /// <summary>The oldest architectures with and without tensor cores for these precisions.</summary>
    [Fact]
    public Task OlderArchitectures_CompileWithoutSpills() => Run(() =>
    {
        CompileAll(["Various"], "sm_80", ProductPrecision.TensorFloat32, ProductPrecision.BFloat16);
        CompileAll(["Various"], "sm_70", ProductPrecision.Float32);
    });

    [Fact]
    public Task NewerArchitectures_GetText() => Run(() =>
    {
        byte[] text = KernelCompiler.Compile(KernelText.Of("")[0], KernelCompiler.OptionsFor("compute_90", isDouble: false), isText: true, out _);
        Assert.Contains(".target sm_90", Encoding.UTF8.GetString(text), StringComparison.Ordinal);
    });

    [Fact]
    public Task WhatDoesNotCompile_IsSaidInTheCompilersWords() => Run(() =>
    {
        string source = KernelText.Of("DEVICE real broken(real x) { return no_such_function(x); }")[1];
        CudaException exception = Assert.Throws<CudaException>(() => KernelCompiler.Compile(source, KernelCompiler.OptionsFor("sm_90", isDouble: false), isText: false, out _));
        Assert.Contains("error: identifier \"no_such_function\" is undefined", exception.Message, StringComparison.Ordinal);
    });

    static void CompileAll(string[] names, string architecture, params ProductPrecision[] precisions)
    {
        if (precisions.Length == 0) precisions = Enum.GetValues<ProductPrecision>();
        KernelSource[] models = [.. names.Select(name => SourceOf(typeof(Layers.Wide).Assembly.GetType($"{typeof(Layers.Wide).Namespace}.{name}", throwOnError: true)!))];
        (string Source, bool IsDouble)[] sources =
        [
            .. models.SelectMany(model => (model.IsDouble ? [ProductPrecision.Float32] : precisions).SelectMany(precision => KernelText.Of(model.Cells, precision)).Select(source => (source, model.IsDouble))).Distinct(),
        ];
        Parallel.ForEach(sources, source =>
        {
            byte[] image = KernelCompiler.Compile(source.Source, [.. KernelCompiler.OptionsFor(architecture, source.IsDouble), "--ptxas-options=-v"], isText: false, out string log);
            Assert.Equal("\u007fELF"u8, image.AsSpan(0, 4));

            // Numbers that find no register go through memory: a kernel to look at.
            MatchCollection kernels = KernelProperties().Matches(log);
            Assert.NotEmpty(kernels);
            Assert.Empty(kernels.Where(kernel => kernel.Groups["bytes"].Value != "0").Select(kernel => kernel.Value));
        });
    }

    [GeneratedRegex(@"Function properties for (?<name>\w+)\s+ptxas\s.* (?<bytes>\d+) bytes spill stores")]
    private static partial Regex KernelProperties();

    static KernelSource SourceOf(Type type)
    {
        Type model = type.GetInterfaces().Single(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(ISequenceModel<,,,>));
        return (KernelSource)typeof(NvidiaTests).GetMethod(nameof(SourceOfModel), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(model.GenericTypeArguments).Invoke(null, null)!;
    }

    static KernelSource SourceOfModel<TModel, T, TInput, TTarget>()
        where TModel : class, ISequenceModel<TModel, T, TInput, TTarget>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TInput : unmanaged
        where TTarget : unmanaged => new(TModel.DeviceProgram.Source, typeof(T) == typeof(double));

    static async Task Run(Action work, [CallerMemberName] string name = "")
    {
        using LibraryFolder folder = Child.FolderOf("libcuda.so.1", "libcublas.so.12");
        if (!Child.IsThis)
        {
            FakeCuda.SkipIfMissing();
            Assert.SkipWhen(s_folder.Value is null, "NVIDIA's compiler is not there; tests/nvidia/get.sh fetches it.");
            foreach (string path in Directory.GetFiles(s_folder.Value!, "libnvrtc*")) File.CreateSymbolicLink(Path.Combine(folder.FullName, Path.GetFileName(path)), path);
        }

        await Child.Run(typeof(NvidiaTests), new() { [FakeCuda.PathVariable] = folder.FullName }, () =>
        {
            Assert.Equal(s_version, CudaDevice.NvrtcVersion);
            work();
        }, name);
    }

    static string? FindFolder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FastSeq.sln"))) folder = folder.Parent;
        string found = Path.Combine(folder?.FullName ?? "", "artifacts", $"nvidia-{s_version}");
        return folder is not null && Directory.Exists(found) ? found : null;
    }

    sealed record KernelSource(string Cells, bool IsDouble);
}
