using FastSeq.Cuda.Compilation;
using FastSeq.Cuda.Libraries;

namespace FastSeq.Cuda;

/// <summary>
/// Work for a device in the order of the calls: one stream, one cuBLAS handle and the kernels of some source texts. One thread at a time may use it.
/// What goes wrong on the device is thrown by a later call that waits.
/// </summary>
sealed partial class CudaQueue : IDisposable
{
    const int BlockThreads = 256;
    const int BlocksOfMultiprocessor = 16;
    const int WorkspaceBytes = 32 << 20;

    readonly CudaDevice _device;
    readonly CudaContext _context;
    readonly CudaStream _stream;
    readonly CudaModule[] _modules = [];
    readonly CublasHandle _cublas;
    readonly CudaMemory _workspace;
    readonly StagingRing _up;
    readonly PinnedMemory _down;
    readonly bool _isDouble;
    readonly Stack<IDisposable> _owned = [];
    bool _isCapturing;

    /// <summary>Makes a queue: <see cref="CudaDevice.CreateQueue(string[], bool)"/>.</summary>
    public CudaQueue(CudaDevice device, IReadOnlyList<string> sources, bool isDouble)
    {
        _device = device;
        _isDouble = isDouble;
        byte[][] images = [.. sources.Select(source => KernelCompiler.Compile(source, device, isDouble))];
        try
        {
            _context = Own(new CudaContext(device));
            _stream = Own(CudaStream.Create(_context));
            _modules = [.. images.Select(image => Own(CudaModule.Load(_context, image)))];
            _up = Own(new StagingRing(_context, _stream));
            _down = Own(PinnedMemory.Allocate(_context, StagingRing.PartBytes));
            _cublas = Own(CublasHandle.Create(_context));
            Cublas.Check(Cublas.cublasSetStream_v2(_cublas, _stream));

            // A workspace of our own: one that cuBLAS takes by itself cannot be taken while a graph is recorded.
            _workspace = Own(CudaMemory.Allocate(_context, WorkspaceBytes));
            Cublas.Check(Cublas.cublasSetWorkspace_v2(_cublas, _workspace.Pointer, WorkspaceBytes));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The device.</summary>
    public CudaDevice Device => _device;

    /// <summary>Whether numbers are doubles.</summary>
    public bool IsDouble => _isDouble;

    /// <summary>How exactly products of floats are computed.</summary>
    public ProductPrecision ProductPrecision { get; set; }

    /// <summary>Takes memory of the device, all zeros.</summary>
    public CudaMemory Allocate(long bytes)
    {
        ThrowIfCapturing();
        Enter();
        CudaMemory memory = CudaMemory.Allocate(_context, bytes);
        try
        {
            Clear(memory.Pointer, bytes);
            return memory;
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Waits until all is done.</summary>
    public void Wait()
    {
        ThrowIfCapturing();
        Enter();
        CudaDriver.Check(CudaDriver.cuStreamSynchronize(_stream));
    }

    /// <summary>Waits for the work and gives all back. Memory and graphs are their owners' to dispose, before or after.</summary>
    public void Dispose()
    {
        if (_owned.Count == 0) return;
        Finish();
        while (_owned.TryPop(out IDisposable? owned)) owned.Dispose();
    }

    /// <summary>Waits until all is done, well or not.</summary>
    public void Finish()
    {
        if (_stream is not { IsClosed: false } || CudaDriver.cuCtxSetCurrent(_context.DangerousGetHandle()) != CudaDriver.CUDA_SUCCESS) return;
        _ = CudaDriver.cuStreamSynchronize(_stream);
        if (_ahead is { Stream.IsClosed: false }) _ = CudaDriver.cuStreamSynchronize(_ahead.Stream);
    }

    T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Push(owned);
        return owned;
    }

    /// <summary>The start of every call: what was given back is not touched again, and the context is that of this queue.</summary>
    void Enter()
    {
        ObjectDisposedException.ThrowIf(_owned.Count == 0, this);
        _context.MakeCurrent();
    }

    void ThrowIfCapturing()
    {
        if (_isCapturing) throw new InvalidOperationException("While a graph is recorded only launches, products, clears and copies within the device are allowed.");
    }
}
