using System.Runtime.CompilerServices;
using FastSeq.Cuda.Tests.Support;

namespace FastSeq.Cuda.Tests;

/// <summary>What is said where something is missing: each time in a process of its own.</summary>
public sealed class MissingTests : CudaTest
{
    const string Driver = "libcuda.so.1", Cublas = "libcublas.so.12", Nvrtc = "libnvrtc.so.12";
    const string InstallDriver = " Install NVIDIA's driver for the GPU, version 525 or later (in a container: start it with access to the GPU, as docker run --gpus all does).";

    [Fact]
    public async Task NoDriver()
    {
        using LibraryFolder folder = Child.FolderOf();
        await Check(folder, [], [$"There is no NVIDIA driver: libcuda.so.1 was not found.{InstallDriver}"]);
    }

    [Fact]
    public async Task DriverThatCannotBeLoaded()
    {
        using LibraryFolder folder = Child.FolderOf();
        folder.Write(Driver, "no library");
        await Check(folder, [], ["There is no NVIDIA driver: ", "libcuda.so.1 cannot be loaded (", InstallDriver]);
    }

    [Fact]
    public async Task DriverThatIsNone()
    {
        using LibraryFolder folder = Child.FolderOf();
        if (!Child.IsThis && FakeCuda.Missing is null) File.Copy(Path.Combine(FakeCuda.Folder, Nvrtc), Path.Combine(folder.FullName, Driver));
        await Check(folder, [], ["libcuda.so.1 is no driver that will do (", "cuDriverGetVersion", InstallDriver]);
    }

    [Fact]
    public async Task OldDriver()
    {
        using LibraryFolder folder = Child.FolderOf(Driver, Cublas, Nvrtc);
        await Check(folder, new() { ["FASTSEQ_FAKE_DRIVER"] = "11040" }, [$"The NVIDIA driver is too old: it knows CUDA 11.4, and 12.0 is the oldest that will do.{InstallDriver}"]);
    }

    [Fact]
    public async Task DriverThatDoesNotStart()
    {
        using LibraryFolder folder = Child.FolderOf(Driver, Cublas, Nvrtc);
        await Check(
            folder, new() { ["FASTSEQ_FAKE_INIT"] = "801" },
            ["The NVIDIA driver does not start (the CUDA driver: cuInit failed with status 801: CUDA_ERROR_NOT_SUPPORTED, as the fake driver says). Look at what nvidia-smi says."]);
    }

    [Fact]
    public async Task NoDevice()
    {
        using LibraryFolder folder = Child.FolderOf(Driver, Cublas, Nvrtc);
        await Check(folder, new() { ["FASTSEQ_FAKE_DEVICES"] = "0" }, ["The NVIDIA driver finds no GPU. Look at what nvidia-smi says, and at CUDA_VISIBLE_DEVICES, which can hide GPUs."]);
    }

    [Fact]
    public async Task NoCublas()
    {
        using LibraryFolder folder = Child.FolderOf(Driver, Nvrtc);
        await Check(
            folder, [],
            ["cuBLAS is missing: libcublas.so.12, libcublas.so not found. Install the CUDA toolkit 12 or its cuBLAS alone, and name its folder in FASTSEQ_CUDA_PATH if it is in no usual place (docs/gpu.md)."]);
    }

    [Fact]
    public async Task NoNvrtc()
    {
        using LibraryFolder folder = Child.FolderOf(Driver, Cublas);
        await Check(
            folder, new() { ["FASTSEQ_FAKE_DRIVER"] = "13010" },
            ["NVRTC is missing: libnvrtc.so.13, libnvrtc.so.12, libnvrtc.so not found. Install the CUDA toolkit 12 to 13 or its NVRTC alone, and name its folder in FASTSEQ_CUDA_PATH if it is in no usual place (docs/gpu.md)."]);
    }

    [Fact]
    public async Task NeitherLibrary()
    {
        using LibraryFolder folder = Child.FolderOf(Driver);
        folder.Write(Cublas, "no library");
        await Check(folder, [], ["cuBLAS is missing: ", "libcublas.so.12 cannot be loaded (", " NVRTC is missing: libnvrtc.so.12, libnvrtc.so not found. "]);
    }

    [Fact]
    public async Task LibraryThatIsAnother()
    {
        using LibraryFolder folder = Child.FolderOf(Driver, Cublas);
        if (!Child.IsThis && FakeCuda.Missing is null) File.Copy(Path.Combine(FakeCuda.Folder, Driver), Path.Combine(folder.FullName, Nvrtc));
        await Check(folder, [], ["libnvrtc.so.12 is no NVRTC that will do (", "nvrtcVersion"]);
    }

    [Fact]
    public async Task Libraries_AreLoadedWhenTheyAreNeeded()
    {
        using LibraryFolder folder = Child.FolderOf(Driver, Cublas, Nvrtc);
        await Child.Run(typeof(MissingTests), new() { [FakeCuda.PathVariable] = folder.FullName }, () =>
        {
            Assert.Equal("FastSeq.Cuda", typeof(CudaDevice).Assembly.GetName().Name);
            Assert.Empty(Loaded());
            Assert.Equal(2, CudaDevice.All.Count);
            Assert.Equal([Driver], Loaded());
            Assert.Null(CudaDevice.Missing);
            Assert.Equal([Cublas, Driver, Nvrtc], Loaded());
        });

        string[] Loaded() => [.. new[] { Cublas, Driver, Nvrtc }.Where(File.ReadAllText("/proc/self/maps").Contains)];
    }

    [Fact]
    public async Task LibrariesInSeveralFolders_AreFound()
    {
        using LibraryFolder driver = Child.FolderOf(Driver), toolkit = Child.FolderOf(Driver, Cublas, Nvrtc);
        await Child.Run(typeof(MissingTests), new() { [FakeCuda.PathVariable] = $"/nowhere:{driver.FullName}: {toolkit.FullName} :" }, () =>
        {
            Assert.Null(CudaDevice.Missing);
            CreateQueue().Dispose();
        });
    }

    [Fact]
    public async Task DriverBefore12_4_DoesNotTellArguments()
    {
        using LibraryFolder folder = Child.FolderOf(Driver, Cublas, Nvrtc);
        await Child.Run(typeof(MissingTests), new() { [FakeCuda.PathVariable] = folder.FullName, ["FASTSEQ_FAKE_DRIVER"] = "12030" }, () =>
        {
            using CudaQueue queue = CreateQueue();
            using CudaMemory memory = queue.Allocate(24);
            CudaKernel kernel = queue.Kernel("shape");
            Assert.Equal(-1, kernel.ArgumentCount);
            queue.Launch(kernel, 1, memory.Pointer);
            queue.Wait();
        });
    }

    /// <summary>In a process with these variables, this is what is missing: the text, or one with all of these parts.</summary>
    static Task Check(LibraryFolder folder, Dictionary<string, string?> variables, string[] texts, [CallerMemberName] string name = "")
    {
        variables[FakeCuda.PathVariable] = folder.FullName;
        return Child.Run(typeof(MissingTests), variables, () =>
        {
            string? missing = CudaDevice.Missing;
            if (texts.Length == 1) Assert.Equal(texts[0], missing);
            Assert.All(texts, text => Assert.Contains(text, missing));
            Assert.Equal(missing, Assert.Throws<InvalidOperationException>(() => CudaDevice.Default).Message);
            bool hasDevices = missing!.Contains(" is missing: ", StringComparison.Ordinal) || missing.Contains("NVRTC", StringComparison.Ordinal);
            Assert.Equal(hasDevices ? 2 : 0, CudaDevice.All.Count);
            if (hasDevices) Assert.Equal(missing, Assert.Throws<InvalidOperationException>(() => CudaDevice.All[0].CreateQueue("", isDouble: false)).Message);
            else Assert.Null(CudaDevice.CublasVersion ?? CudaDevice.NvrtcVersion);
        }, name);
    }
}
