using FastSeq.Cuda.Compilation;
using FastSeq.Cuda.Tests.Support;

namespace FastSeq.Cuda.Tests;

/// <summary>Kernels are compiled once for every source and machine.</summary>
public sealed class CacheTests : CudaTest
{
    [Fact]
    public void SameSource_IsCompiledOnce()
    {
        using var cache = new CacheFolder();
        Assert.Equal(1, cache.CompilationsOf(isDouble: false));
        Assert.Equal(0, cache.CompilationsOf(isDouble: false));
        Assert.Equal(1, cache.CompilationsOf(isDouble: true));
        Assert.Equal(0, cache.CompilationsOf(isDouble: true));
        Assert.Equal(1, cache.CompilationsOf(isDouble: false, Source + "// changed"));
        Assert.Equal(3, cache.Entries.Length);
        Assert.All(cache.Entries, entry => Assert.Matches("^[0-9a-f]{64}[.]bin$", Path.GetFileName(entry)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(32)]
    [InlineData(1000)]
    public void CutEntry_IsCompiledAnew(int bytes)
    {
        using var cache = new CacheFolder();
        cache.CompilationsOf(isDouble: false);
        File.WriteAllBytes(cache.Entries[0], File.ReadAllBytes(cache.Entries[0])[..bytes]);
        Assert.Equal(1, cache.CompilationsOf(isDouble: false));
        Assert.Equal(0, cache.CompilationsOf(isDouble: false));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(32)]
    [InlineData(-1)]
    public void ChangedEntry_IsCompiledAnew(int place)
    {
        using var cache = new CacheFolder();
        cache.CompilationsOf(isDouble: false);
        byte[] entry = File.ReadAllBytes(cache.Entries[0]);
        entry[place < 0 ? entry.Length + place : place] ^= 1;
        File.WriteAllBytes(cache.Entries[0], entry);
        Assert.Equal(1, cache.CompilationsOf(isDouble: false));
        Assert.Equal(0, cache.CompilationsOf(isDouble: false));
    }

    [Fact]
    public void EntryThatCannotBeRead_IsCompiledAnew()
    {
        using var cache = new CacheFolder();
        cache.CompilationsOf(isDouble: false);
        string entry = cache.Entries[0];
        File.Delete(entry);
        Directory.CreateDirectory(entry);
        Assert.Equal(1, cache.CompilationsOf(isDouble: false));
        Assert.Equal(1, cache.CompilationsOf(isDouble: false));
        Assert.Empty(cache.Entries);
    }

    [Fact]
    public void FolderThatCannotBeWritten_IsNoError()
    {
        using var cache = new CacheFolder();
        File.WriteAllText(cache.FullName, "a file where the folder would be");
        Assert.Equal(1, cache.CompilationsOf(isDouble: false));
        Assert.Equal(1, cache.CompilationsOf(isDouble: false));
    }

    [Fact]
    public void Folder_IsTheUsersOwn()
    {
        using var cache = new CacheFolder();
        Assert.Equal(Path.Combine(cache.FullName, "cuda"), KernelCache.Folder);
        string? before = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        try
        {
            Environment.SetEnvironmentVariable(FakeCuda.CacheVariable, null);
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", "/somewhere");
            Assert.Equal("/somewhere/fastseq/cuda", KernelCache.Folder);
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", null);
            Assert.EndsWith("/.cache/fastseq/cuda", KernelCache.Folder);

            // A relative folder is none, and nothing is kept.
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", "somewhere");
            Assert.Null(KernelCache.Folder);
            Assert.Equal(1, cache.CompilationsOf(isDouble: false));
            Assert.Equal(1, cache.CompilationsOf(isDouble: false));
        }
        finally
        {
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", before);
        }
    }

    [Fact]
    public async Task ManyThreads_MayCompileTheSame()
    {
        using var cache = new CacheFolder();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => CreateQueue().Dispose())));
        Assert.Single(cache.Entries);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(cache.Entries[0])!));
        Assert.Equal(0, cache.CompilationsOf(isDouble: false));
    }

    [Fact]
    public async Task ManyProcesses_MayCompileTheSame()
    {
        using var cache = new CacheFolder();
        Dictionary<string, string?> variables = new() { [FakeCuda.CacheVariable] = cache.FullName };
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Child.Run(typeof(CacheTests), variables, Work)));
        if (Child.IsThis) return;
        Assert.Single(cache.Entries);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(cache.Entries[0])!));
        Assert.Equal(0, cache.CompilationsOf(isDouble: false));

        static void Work() => CreateQueue().Dispose();
    }

    [Fact]
    public void DeviceNewerThanTheCompiler_GetsTextThatTheDriverCompiles()
    {
        using var cache = new CacheFolder();
        try
        {
            FakeCuda.SetArchitectures(75, 80, 100);
            using CudaQueue queue = CreateQueue();
            using CudaMemory memory = queue.Allocate(24);
            queue.Launch(queue.Kernel("shape"), 1, memory.Pointer);
            queue.Wait();
            FakeCuda.SetArchitectures(100);
            var exception = Assert.Throws<NotSupportedException>(() => CreateQueue());
            Assert.StartsWith("NVRTC 12.8 makes no code for Fake GPU 0, whose compute capability is 9.0. Install an older CUDA toolkit", exception.Message);
        }
        finally
        {
            FakeCuda.SetArchitectures(75, 80, 86, 89, 90, 100);
        }
    }

    /// <summary>A cache of its own for a test.</summary>
    sealed class CacheFolder : IDisposable
    {
        readonly string? _before = Environment.GetEnvironmentVariable(FakeCuda.CacheVariable);
        readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastseq-cache-");

        public CacheFolder()
        {
            if (!Child.IsThis) Environment.SetEnvironmentVariable(FakeCuda.CacheVariable, FullName);
        }

        public string FullName => Path.Combine(_folder.FullName, "cache");

        public string[] Entries => Directory.GetFiles(Path.Combine(FullName, "cuda"), "*.bin");

        /// <summary>How often a queue compiles, that is made and used now.</summary>
        public int CompilationsOf(bool isDouble, string source = Source)
        {
            int before = FakeCuda.Compilations;
            using CudaQueue queue = CudaDevice.Default.CreateQueue(source, isDouble);
            using CudaMemory memory = queue.Allocate(24);
            queue.Launch(queue.Kernel("shape"), 1, memory.Pointer);
            long[] shape = new long[3];
            queue.Download<long>(memory.Pointer, shape);
            Assert.Equal([1, 256, 1], shape);
            return FakeCuda.Compilations - before;
        }

        public void Dispose()
        {
            if (!Child.IsThis) Environment.SetEnvironmentVariable(FakeCuda.CacheVariable, _before);
            _folder.Delete(recursive: true);
        }
    }
}
